/** What a request presents to be known by. Spec: CR-1 */
export type Credential =
  | { readonly kind: 'none' }
  /** A scheme that is not ours; the word only where data followed it, '' for a bare word. Spec: CR-5 */
  | { readonly kind: 'foreign'; readonly scheme: string }
  /** Not readable as a credential; `why` is a kebab-case code and holds nothing of the value. */
  | { readonly kind: 'malformed'; readonly why: string }
  /** `username` is null where the form has none: the record's subject stands. */
  | {
      readonly kind: 'presented';
      readonly via: 'basic' | 'bearer' | 'header';
      readonly username: string | null;
      readonly secret: string;
    };

type Malformed = Extract<Credential, { kind: 'malformed' }>;

/** The most characters that a line may have; a header field is Latin-1, so characters are bytes. */
const longest = 8_192;

/** No credential at all; shared, because most anonymous requests end here. */
export const noCredential: Credential = Object.freeze({ kind: 'none' });
const malformed = (why: string): Malformed => ({ kind: 'malformed', why });

const alphanumerics = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const tokenCharacter = 1;
const bearerCharacter = 2;

/** A table over Latin-1 of one number for each character. */
const tableOf = (valueOf: (character: string) => number): Uint8Array =>
  Uint8Array.from({ length: 256 }, (_, code) => valueOf(String.fromCharCode(code)));

const tokenCharacters = `${alphanumerics}!#$%&'*+-.^_\`|~`;
const bearerCharacters = `${alphanumerics}-._~+/`;
const base64Characters = `${alphanumerics}+/`;

/** Which grammars a character belongs to, as bits. */
const classes = /* @__PURE__ */ tableOf(
  (character) =>
    (tokenCharacters.includes(character) ? tokenCharacter : 0) |
    (bearerCharacters.includes(character) ? bearerCharacter : 0),
);

const noSextet = 255;
/** The six bits that a base64 character stands for; -1 wraps to `noSextet` for the others. */
const sextets = /* @__PURE__ */ tableOf((character) => base64Characters.indexOf(character));

const isControl = (code: number): boolean => code < 0x20 || code === 0x7f;
const isBlank = (code: number): boolean => code === 0x20 || code === 0x09;

/**
 * The one value of a header that may stand once only, without the blanks around it; or what is wrong.
 * Looks at every character of the value before anything is decoded. Spec: CR-1
 */
export function soleValue(lines: readonly string[]): string | Malformed {
  if (lines.length > 1) return malformed('several-lines');
  const [line = ''] = lines;
  if (line.length > longest) return malformed('too-long');
  let start = 0;
  let end = line.length;
  while (start < end && isBlank(line.charCodeAt(start))) start++;
  while (end > start && isBlank(line.charCodeAt(end - 1))) end--;
  if (start === end) return malformed('empty');
  for (let index = start; index < end; index++) {
    const code = line.charCodeAt(index);
    if (code >= 0x20 && code < 0x7f) continue;
    if (code > 0xff) return malformed('not-latin-1');
    if (code <= 0x7f) return malformed('control-character');
  }
  return line.slice(start, end);
}

/**
 * What the `Authorization` lines of a request present. Total: never throws, never echoes a value, and takes
 * time linear in the length. Spec: CR-1, CR-2, CR-3, CR-5
 *
 * @example
 * parseCredential(['Basic YWxpY2U6c2VjcmV0']);
 * // { kind: 'presented', via: 'basic', username: 'alice', secret: 'secret' }
 */
export function parseCredential(authorizationLines: readonly string[]): Credential {
  if (authorizationLines.length === 0) return noCredential;
  const value = soleValue(authorizationLines);
  if (typeof value !== 'string') return value;
  const space = value.indexOf(' ');
  const scheme = space === -1 ? value : value.slice(0, space);
  if (!isOfClass(scheme, tokenCharacter, scheme.length)) return malformed('scheme-not-a-token');
  // A bare word may be a secret pasted without its scheme, so it is not kept.
  const data = space === -1 ? '' : dataAfter(value, space);
  switch (scheme.toLowerCase()) {
    case 'basic':
      return data === '' ? malformed('data-missing') : parseBasic(data);
    case 'bearer':
      return data === '' ? malformed('data-missing') : parseBearer(data);
    default:
      return { kind: 'foreign', scheme: data === '' ? '' : scheme };
  }
}

function dataAfter(value: string, space: number): string {
  let start = space + 1;
  while (value.charCodeAt(start) === 0x20) start++;
  return value.slice(start);
}

function isOfClass(text: string, bit: number, end: number): boolean {
  for (let index = 0; index < end; index++)
    if (((classes[text.charCodeAt(index)] as number) & bit) === 0) return false;
  return true;
}

/** One b64token: at least one character, then any number of `=`. Spec: CR-3 */
function parseBearer(data: string): Credential {
  let end = data.length;
  while (end > 0 && data.charCodeAt(end - 1) === 0x3d) end--;
  if (end === 0 || !isOfClass(data, bearerCharacter, end)) return malformed('bearer-not-a-token');
  return { kind: 'presented', via: 'bearer', username: null, secret: data };
}

/** User name and secret, split at the first colon; nothing is trimmed or normalised. Spec: CR-2 */
function parseBasic(data: string): Credential {
  const bytes = bytesOf(data);
  if (bytes === null) return malformed('basic-not-base64');
  let seen = 0;
  for (const byte of bytes) {
    // In UTF-8 these bytes stand for themselves only.
    if (isControl(byte)) return malformed('basic-control-character');
    seen |= byte;
  }
  const units = seen < 0x80 ? bytes : unitsOf(bytes);
  if (units === null) return malformed('basic-not-utf-8');
  const text = String.fromCharCode.apply(null, units);
  const colon = text.indexOf(':');
  if (colon === -1) return malformed('basic-without-colon');
  return { kind: 'presented', via: 'basic', username: text.slice(0, colon), secret: text.slice(colon + 1) };
}

const sextetAt = (text: string, index: number): number => sextets[text.charCodeAt(index)] as number;

/** The bytes of canonical base64 (padded, unused bits zero); null for anything else. */
function bytesOf(text: string): number[] | null {
  if (text.length % 4 !== 0) return null;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Array<number>((text.length / 4) * 3 - padding);
  const whole = padding === 0 ? text.length : text.length - 4;
  let count = 0;
  for (let index = 0; index < whole; index += 4) {
    const [a, b] = [sextetAt(text, index), sextetAt(text, index + 1)];
    const [c, d] = [sextetAt(text, index + 2), sextetAt(text, index + 3)];
    if ((a | b | c | d) === noSextet) return null;
    bytes[count++] = (a << 2) | (b >> 4);
    bytes[count++] = ((b & 0xf) << 4) | (c >> 2);
    bytes[count++] = ((c & 0x3) << 6) | d;
  }
  if (padding === 0) return bytes;
  const [a, b] = [sextetAt(text, whole), sextetAt(text, whole + 1)];
  const c = padding === 1 ? sextetAt(text, whole + 2) : 0;
  const unused = padding === 1 ? c & 0x3 : b & 0xf;
  if ((a | b | c) === noSextet || unused !== 0) return null;
  bytes[count] = (a << 2) | (b >> 4);
  if (padding === 1) bytes[count + 1] = ((b & 0xf) << 4) | (c >> 2);
  return bytes;
}

/** The least code point that needs a sequence with so many continuation bytes: less is overlong. */
const leastPoint = [0, 0x80, 0x800, 0x10000] as const;

/** The UTF-16 units of strict UTF-8, a byte order mark kept; null for overlong, cut or surrogate ones. */
function unitsOf(bytes: readonly number[]): number[] | null {
  const units: number[] = [];
  for (let index = 0; index < bytes.length; ) {
    const lead = bytes[index++] as number;
    if (lead < 0x80) {
      units.push(lead);
      continue;
    }
    const more = lead < 0xc0 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : lead < 0xf8 ? 3 : 0;
    if (more === 0) return null;
    let point = lead & (0x3f >> more);
    for (const end = index + more; index < end; index++) {
      // Past the end there is no number, and so no continuation either.
      const next = bytes[index] as number;
      if ((next & 0xc0) !== 0x80) return null;
      point = (point << 6) | (next & 0x3f);
    }
    if (point < leastPoint[more] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return null;
    if (point < 0x10000) units.push(point);
    else units.push(0xd800 + ((point - 0x10000) >> 10), 0xdc00 + (point & 0x3ff));
  }
  return units;
}
