const colon = 0x3a;
const bracket = 0x5b;
const space = 0x20;
const tab = 0x09;

/**
 * `text` from `start` to before `end` without the SP and TAB at both its ends; no other white space is one
 * of HTTP's. Spec: PX-4
 */
export function trimmedSlice(text: string, start: number, end: number): string {
  let first = start;
  let last = end;
  while (first < last && isBlankCode(text.charCodeAt(first))) first++;
  while (first < last && isBlankCode(text.charCodeAt(last - 1))) last--;
  return text.slice(first, last);
}

const isBlankCode = (code: number): boolean => code === space || code === tab;

/** Whether a header line holds nothing but SP and TAB; looks from its right end. Spec: PX-3 */
export function isBlankLine(line: string): boolean {
  for (let index = line.length - 1; index >= 0; index--)
    if (!isBlankCode(line.charCodeAt(index))) return false;
  return true;
}

/**
 * The address text in one element of X-Forwarded-For or a single-value header, bare of port and brackets;
 * null where the form is malformed. The text still has to pass the address gate. Spec: PX-5
 *
 * @example
 * elementAddress('[2001:db8::1]:443'); // '2001:db8::1'
 * elementAddress('10.0.0.1:0'); // null
 */
export function elementAddress(element: string): string | null {
  if (element.charCodeAt(0) === bracket) return bracketedAddress(element);
  const first = element.indexOf(':');
  if (first < 0 || element.includes(':', first + 1)) return element;
  // A single colon cannot be IPv6, so what follows it is a port.
  return isPort(element, first + 1) ? element.slice(0, first) : null;
}

/** `[v6]` or `[v6]:port`; brackets around dotted decimal are malformed. */
function bracketedAddress(element: string): string | null {
  // Without a `]` nothing that follows holds.
  const close = element.indexOf(']');
  const address = element.slice(1, close);
  if (!address.includes(':')) return null;
  if (close + 1 === element.length) return address;
  return element.charCodeAt(close + 1) === colon && isPort(element, close + 2) ? address : null;
}

/** Whether the rest of `text` is a port: 1 to 65535 without leading zeros. */
function isPort(text: string, start: number): boolean {
  let port = 0;
  for (let index = start; index < text.length; index++) {
    const digit = text.charCodeAt(index) - 0x30;
    if (digit < 0 || digit > 9 || (digit === 0 && index === start)) return false;
    port = port * 10 + digit;
  }
  return port >= 1 && port <= 65_535;
}

/**
 * The address text in the one `for` of a comma-separated piece of a Forwarded header; null where the piece is
 * malformed. Deliberately naive about quoting: text that naive splitting could misread is malformed. Spec: PX-7
 *
 * @example
 * forwardedAddress('for="[2001:db8::1]:4711";proto=https'); // '2001:db8::1'
 */
export function forwardedAddress(piece: string): string | null {
  if (piece.includes('\\')) return null;
  let node: string | null = null;
  for (const part of piece.split(';')) {
    const pair = trimmedSlice(part, 0, part.length);
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    if (!isToken(pair, equals)) return null;
    const value = pairValue(pair, equals + 1);
    if (value === null) return null;
    if (!isFor(pair, equals)) continue;
    if (node !== null) return null;
    node = value;
  }
  return node === null ? null : nodeAddress(node);
}

/** `v4[:port]` or `[v6][:port]`: in Forwarded, IPv6 stands in brackets only. */
function nodeAddress(node: string): string | null {
  const address = elementAddress(node);
  return address === node && node.includes(':') ? null : address;
}

/**
 * A value with its quotes taken off, or null. A quote elsewhere means that a `;` or `,` within a quoted
 * string was split at, and then nothing in the piece can be believed.
 */
function pairValue(pair: string, start: number): string | null {
  const quoted = pair.charAt(start) === '"';
  if (quoted && (pair.length < start + 2 || !pair.endsWith('"'))) return null;
  const value = quoted ? pair.slice(start + 1, -1) : pair.slice(start);
  if (value.includes('"')) return null;
  return !quoted && (value.includes(' ') || value.includes('\t')) ? null : value;
}

const isFor = (pair: string, length: number): boolean =>
  length === 3 && pair.slice(0, 3).toLowerCase() === 'for';

/** Whether the first `length` characters are a token of HTTP; false for none and for -1. */
function isToken(text: string, length: number): boolean {
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code <= space || code >= 0x7f || '"(),/:;<=>?@[\\]{}'.includes(text.charAt(index))) return false;
  }
  return length > 0;
}
