/** A text without the spaces and tabs around it; no other white space is touched. */
export function trimBlanks(text: string): string {
  return text.replace(/^[ \t]+/, '').replace(/[ \t]+$/, '');
}

/** The values of one header, in order of arrival; names compare without case. */
export function headerValues(
  headers: readonly (readonly [name: string, value: string])[],
  name: string,
): string[] {
  const wanted = name.toLowerCase();
  return headers.filter(([given]) => given.toLowerCase() === wanted).map(([, value]) => value);
}

/** The characters that bytes stand for in UTF-8, or null where they are not strictly UTF-8. */
export function utf8Text(bytes: readonly number[]): string | null {
  let text = '';
  let index = 0;
  while (index < bytes.length) {
    const read = utf8Character(bytes, index);
    if (read === null) return null;
    if (read.overlong || read.code > 0x10ffff || (read.code >= 0xd800 && read.code <= 0xdfff)) return null;
    text += String.fromCodePoint(read.code);
    index += read.length;
  }
  return text;
}

/** One character of a UTF-8 stream, overlong forms included and marked; null where the bytes do not fit together. */
export function utf8Character(
  bytes: readonly number[],
  index: number,
): { readonly code: number; readonly length: number; readonly overlong: boolean } | null {
  const lead = bytes[index] ?? 0;
  if (lead < 0x80) return { code: lead, length: 1, overlong: false };
  if (lead < 0xc0 || lead >= 0xf8) return null;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  let code = lead & (0x7f >> length);
  for (let step = 1; step < length; step += 1) {
    const next = bytes[index + step];
    if (next === undefined || next < 0x80 || next > 0xbf) return null;
    code = code * 64 + (next & 0x3f);
  }
  const smallest = length === 4 ? 0x10000 : length === 3 ? 0x800 : 0x80;
  return { code, length, overlong: code < smallest };
}
