import type { HostProfile, RequestInput } from '@latchkey/core';
import { headerValues, trimBlanks, utf8Text } from './text.ts';

/** What the caller presented; `why` and the scheme are left out, because no fact depends on them. */
export type ReferenceCredential =
  | { readonly kind: 'none' }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'presented'; readonly via: 'basic'; readonly username: string; readonly secret: string }
  | {
      readonly kind: 'presented';
      readonly via: 'bearer' | 'header';
      readonly username: null;
      readonly secret: string;
    };

const MOST_CHARACTERS = 8192;
const MALFORMED: ReferenceCredential = { kind: 'malformed' };
const BASE64_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Reads the credential of a request from `Authorization` or the host's token header. Spec: CR-1…CR-5. */
export function parseCredential(request: RequestInput, host: HostProfile): ReferenceCredential {
  const lines = headerValues(request.headers, 'Authorization');
  const tokenLines = host.tokenHeader === null ? [] : headerValues(request.headers, host.tokenHeader);
  if (lines.length === 0) {
    if (tokenLines.length === 0) return { kind: 'none' };
    return parseTokenHeader(tokenLines);
  }
  if (tokenLines.length > 0) return MALFORMED;
  return parseAuthorization(lines);
}

function parseTokenHeader(lines: readonly string[]): ReferenceCredential {
  if (lines.length > 1) return MALFORMED;
  const line = lines[0] ?? '';
  if (!isAcceptableValue(line)) return MALFORMED;
  return { kind: 'presented', via: 'header', username: null, secret: trimBlanks(line) };
}

function parseAuthorization(lines: readonly string[]): ReferenceCredential {
  if (lines.length > 1) return MALFORMED;
  const line = lines[0] ?? '';
  if (!isAcceptableValue(line)) return MALFORMED;
  const value = trimBlanks(line);
  const space = value.indexOf(' ');
  const scheme = space === -1 ? value : value.slice(0, space);
  const data = space === -1 ? '' : value.slice(space).replace(/^ +/, '');
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(scheme)) return MALFORMED;
  const name = scheme.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  if (name === 'basic') return parseBasic(data);
  if (name === 'bearer') return parseBearer(data);
  return { kind: 'foreign' };
}

function isAcceptableValue(line: string): boolean {
  if (line.length > MOST_CHARACTERS) return false;
  const value = trimBlanks(line);
  if (value === '') return false;
  for (const character of value) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20 || code === 0x7f || code > 0xff) return false;
  }
  return true;
}

function parseBearer(data: string): ReferenceCredential {
  if (!/^[0-9A-Za-z._~+/-]+=*$/.test(data)) return MALFORMED;
  return { kind: 'presented', via: 'bearer', username: null, secret: data };
}

function parseBasic(data: string): ReferenceCredential {
  const bytes = bytesOfBase64(data);
  if (bytes === null) return MALFORMED;
  const text = utf8Text(bytes);
  if (text === null) return MALFORMED;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20 || code === 0x7f) return MALFORMED;
  }
  const colon = text.indexOf(':');
  if (colon === -1) return MALFORMED;
  return { kind: 'presented', via: 'basic', username: text.slice(0, colon), secret: text.slice(colon + 1) };
}

/** The bytes of canonical, padded base64; null for every other text. */
function bytesOfBase64(text: string): number[] | null {
  if (text === '' || text.length % 4 !== 0) return null;
  const match = /^([A-Za-z0-9+/]+)(={0,2})$/.exec(text);
  if (match === null) return null;
  const digits = match[1] ?? '';
  let bits = '';
  for (const digit of digits) bits += BASE64_DIGITS.indexOf(digit).toString(2).padStart(6, '0');
  const whole = Math.floor(bits.length / 8) * 8;
  // Bits beyond the last whole byte must be zero, or two texts would mean the same bytes.
  if (bits.slice(whole).includes('1')) return null;
  const bytes: number[] = [];
  for (let start = 0; start < whole; start += 8) bytes.push(Number.parseInt(bits.slice(start, start + 8), 2));
  return bytes;
}
