const none: readonly string[] = Object.freeze([]);

const AMPERSAND = 38;
const EQUALS = 61;

const headerNames: readonly string[] = ['x-http-method-override', 'x-http-method', 'x-method-override'];
const parameterNames: readonly string[] = ['_method', 'x-http-method-override'];

/**
 * The values of all method overrides of a request, headers first, then query parameters, each as it stands;
 * empty when there are none. Repeated and empty values count. Never throws; linear. Spec: SC-4
 *
 * @example
 * overridesOf('/rest/x?_method=DELETE', [['X-HTTP-Method', 'PUT']]); // ['PUT', 'DELETE']
 */
export function overridesOf(
  target: string,
  headers: readonly (readonly [name: string, value: string])[],
): readonly string[] {
  let found: string[] | null = null;
  for (const header of headers) {
    if (!isOverrideHeader(header[0])) continue;
    found ??= [];
    found.push(header[1]);
  }
  const query = target.indexOf('?');
  if (query === -1) return found ?? none;
  let start = query + 1;
  let nameEnd = -1;
  for (let at = start; at <= target.length; at++) {
    const code = target.charCodeAt(at);
    if (code === EQUALS && nameEnd === -1) nameEnd = at;
    if (code !== AMPERSAND && at < target.length) continue;
    if (isOverrideParameter(target, start, nameEnd === -1 ? at : nameEnd)) {
      found ??= [];
      found.push(nameEnd === -1 ? '' : target.slice(nameEnd + 1, at));
    }
    start = at + 1;
    nameEnd = -1;
  }
  return found ?? none;
}

function isOverrideHeader(name: string): boolean {
  // Length and first letter come first: lower-casing every header of every request would allocate.
  if (name.length !== 22 && name.length !== 13 && name.length !== 17) return false;
  if ((name.charCodeAt(0) | 32) !== 0x78) return false;
  return headerNames.includes(name.toLowerCase());
}

function isOverrideParameter(target: string, start: number, end: number): boolean {
  const length = end - start;
  // Every character of a name may be escaped, which makes three of one.
  if (length < 7 || length > 66) return false;
  // `_`, `x` or `%`.
  const first = target.charCodeAt(start) | 32;
  if (first !== 0x7f && first !== 0x78 && first !== 0x25) return false;
  return parameterNames.includes(decodeName(target.slice(start, end)).toLowerCase());
}

/** Decodes escapes once; `+` and those outside ASCII cannot be part of a name looked for, malformed ones stay. */
function decodeName(name: string): string {
  return name.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
