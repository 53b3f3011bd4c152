/** What a text contains that makes it readable in more than one way: bits, joined with `|`. Spec: TA-2, TA-3 */
export const marked = {
  percent: 1 << 0,
  semicolon: 1 << 1,
  backslash: 1 << 2,
  hash: 1 << 3,
  space: 1 << 4,
  nul: 1 << 5,
  question: 1 << 6,
  /** A character above U+007F. */
  nonAscii: 1 << 7,
  /** C0, DEL or C1. */
  control: 1 << 8,
  /** TAB, LF or CR anywhere, or a C0 character at the end: the WHATWG parser removes them. */
  removable: 1 << 9,
  /** Two slashes in a row. */
  emptySegment: 1 << 10,
  /** A segment `.` or `..`. */
  dotSegment: 1 << 11,
  /** A segment that ends in a dot and is no dot segment. */
  trailingDot: 1 << 12,
  trailingSpace: 1 << 13,
  /** Begins with two slashes, of either kind. */
  authority: 1 << 14,
} as const;

const SLASH = 47;
const DOT = 46;

const ofCode: Readonly<Record<number, number>> = {
  0: marked.nul | marked.control,
  9: marked.control | marked.removable,
  10: marked.control | marked.removable,
  13: marked.control | marked.removable,
  32: marked.space,
  35: marked.hash,
  37: marked.percent,
  59: marked.semicolon,
  63: marked.question,
  92: marked.backslash,
  127: marked.control,
};

/** The marks of each ASCII character taken alone. */
const ofAscii = Uint16Array.from(
  { length: 128 },
  (_, code) => ofCode[code] ?? (code <= 31 ? marked.control : 0),
);

/** The marks of a text that begins with a slash: one scan, nothing allocated. Spec: TA-6 */
export function marksOf(text: string): number {
  let marks = 0;
  let start = 1;
  for (let i = 1; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : SLASH;
    const known = ofAscii[code];
    if (code === SLASH) {
      if (i > start) marks |= endOfSegment(text, start, i);
      else if (i < text.length) marks |= marked.emptySegment;
      start = i + 1;
    } else if (known !== undefined) {
      marks |= known;
    } else {
      marks |= code < 0xa0 ? marked.nonAscii | marked.control : marked.nonAscii;
    }
  }
  const second = text.charCodeAt(1);
  if (second === SLASH || second === 92) marks |= marked.authority;
  if (text.charCodeAt(text.length - 1) < 32) marks |= marked.removable;
  return marks;
}

function endOfSegment(text: string, start: number, end: number): number {
  const last = text.charCodeAt(end - 1);
  if (last === 32) return marked.trailingSpace;
  if (last !== DOT) return 0;
  const length = end - start;
  const dots = length === 1 || (length === 2 && text.charCodeAt(start) === DOT);
  return dots ? marked.dotSegment : marked.trailingDot;
}
