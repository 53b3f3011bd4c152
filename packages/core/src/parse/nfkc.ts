/**
 * Length of the pieces that are normalised one by one. Reordering a long run of combining marks takes quadratic
 * time, and only characters that become ASCII matter here.
 */
const PIECE = 64;

/** The text in Unicode form NFKC, exact for all but runs of marks across a piece's end; linear. Spec: TA-2 */
export function normaliseCompatibly(text: string): string {
  let normal = '';
  let start = 0;
  while (start < text.length) {
    let end = Math.min(start + PIECE, text.length);
    // A pair of surrogates is one character.
    if ((text.charCodeAt(end) & 0xfc00) === 0xdc00) end++;
    normal += text.slice(start, end).normalize('NFKC');
    start = end;
  }
  return normal;
}
