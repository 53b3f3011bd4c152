import { type Credential, noCredential, soleValue } from './authorization.ts';

const noValues: readonly string[] = Object.freeze([]);

/**
 * The credential in the host's own token header: its bare value is the secret. Whether the header may be used
 * at all beside `Authorization` is for the caller to judge. Total: never throws, never echoes. Spec: CR-4
 *
 * @example
 * parseTokenHeader([' abc ']); // { kind: 'presented', via: 'header', username: null, secret: 'abc' }
 */
export function parseTokenHeader(lines: readonly string[]): Credential {
  if (lines.length === 0) return noCredential;
  const value = soleValue(lines);
  return typeof value === 'string'
    ? { kind: 'presented', via: 'header', username: null, secret: value }
    : value;
}

/**
 * Every value of one header in order of arrival; names compare ASCII-case-insensitively. Nothing is joined or
 * split, and no header costs an allocation unless it matches. `lowerCaseName` is in lower case. Spec: CR-1
 */
export function headerValues(
  headers: readonly (readonly [name: string, value: string])[],
  lowerCaseName: string,
): readonly string[] {
  let values: string[] | null = null;
  for (const header of headers) {
    if (!isNamed(header[0], lowerCaseName)) continue;
    if (values === null) values = [header[1]];
    else values.push(header[1]);
  }
  return values ?? noValues;
}

function isNamed(name: string, lowerCaseName: string): boolean {
  if (name.length !== lowerCaseName.length) return false;
  for (let index = 0; index < name.length; index++) {
    const code = name.charCodeAt(index);
    const lower = code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
    if (lower !== lowerCaseName.charCodeAt(index)) return false;
  }
  return true;
}
