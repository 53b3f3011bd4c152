/** The longest excerpt, in characters. */
const longestExcerpt = 64;

/**
 * Foreign text made safe to show: control and non-ASCII characters as `\u{…}`, cut at 64 characters,
 * never within an escape. Reads no more of the text than it shows. Spec: network.md, PX
 *
 * @example
 * excerpt('10.0.0.1\r\nX: y'); // '10.0.0.1\u{d}\u{a}X: y'
 */
export function excerpt(text: string): string {
  if (text.length <= longestExcerpt && isPlain(text)) return text;
  let shown = '';
  for (const character of text) {
    const piece = isPlain(character)
      ? character
      : `\\u{${(character.codePointAt(0) as number).toString(16)}}`;
    if (shown.length + piece.length > longestExcerpt) break;
    shown += piece;
  }
  return shown;
}

function isPlain(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code > 0x7e) return false;
  }
  return true;
}
