/** What one level of percent-decoding gave, and what was wrong with the escapes. Spec: TA-2, TA-3 */
export interface Decoded {
  readonly text: string;
  /** A `%` that does not begin `%XX`; `%u` and four digits are decoded and still count as malformed. */
  readonly malformed: boolean;
  /** Escaped bytes that are not strict UTF-8: overlong, truncated, a surrogate, beyond U+10FFFF. */
  readonly notUtf8: boolean;
  /** What was met that not every server decodes, as bits of `habit`. */
  readonly met: number;
}

/**
 * What a server may leave undecoded, as bits: escapes that stand for a slash, as in routers that split before they
 * decode; `%u` and four digits; overlong UTF-8, whose bytes become U+FFFD. Spec: TA-2
 */
export const habit = { slash: 1, unit: 2, overlong: 4 } as const;
/** All of them. */
export const allHabits = 7;

const PERCENT = 37;
const LETTER_U = 117;
const REPLACEMENT = '\ufffd';
/** Smallest code point that needs so many continuation bytes: below it the form is overlong. */
const SMALLEST = [0, 0x80, 0x800, 0x10000, 0x200000, 0x4000000];

/**
 * Decodes one level of percent escapes with the leniency of every server, but for the `habits` given: overlong UTF-8
 * is read, other bytes become U+FFFD, malformed escapes stay. Never throws; linear. Spec: TA-2
 */
export function decodeEscapes(text: string, habits = 0): Decoded {
  let decoded = '';
  let malformed = false;
  let notUtf8 = false;
  let met = 0;
  let copied = 0;
  let at = text.indexOf('%');
  while (at !== -1) {
    const lead = byteAt(text, at);
    let point: number;
    let end: number;
    if (lead === -1) {
      malformed = true;
      point = unitAt(text, at);
      if (point !== -1) met |= habit.unit;
      end = point === -1 || (habits & habit.unit) !== 0 ? at : at + 6;
    } else {
      const more = continuations(lead);
      point = more === 0 ? lead : lead & (0x3f >> more);
      end = at + 3;
      for (let i = 0; i < more && point !== -1; i++) {
        const next = byteAt(text, end);
        if ((next & 0xc0) === 0x80) {
          point = point * 64 + (next & 0x3f);
          end += 3;
        } else {
          point = -1;
          end = at + 3;
        }
      }
      const smallest = SMALLEST[more];
      if (smallest === undefined) point = -1;
      const surrogate = point >= 0xd800 && point <= 0xdfff;
      if (smallest === undefined || point < smallest || point > 0x10ffff || surrogate) notUtf8 = true;
      if (point >= 0 && point < (smallest as number)) {
        met |= habit.overlong;
        if ((habits & habit.overlong) !== 0) {
          point = -1;
          end = at + 3;
        }
      }
    }
    if (end > at) {
      if (point === 0x2f) met |= habit.slash;
      if (point !== 0x2f || (habits & habit.slash) === 0) {
        decoded +=
          text.slice(copied, at) +
          (point < 0 || point > 0x10ffff ? REPLACEMENT : String.fromCodePoint(point));
        copied = end;
      }
    }
    at = text.indexOf('%', Math.max(end, at + 1));
  }
  return { text: decoded + text.slice(copied), malformed, notUtf8, met };
}

/**
 * The text with every character from U+0080 to U+00FF as an escaped byte: a request line arrives as Latin-1, and
 * a server may read the same bytes as UTF-8. Null when there is nothing to escape or a character is no byte.
 */
export function escapeBytes(text: string): string | null {
  let escaped = '';
  let copied = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0xff) return null;
    if (code < 0x80) continue;
    escaped += `${text.slice(copied, i)}%${code.toString(16)}`;
    copied = i + 1;
  }
  return copied === 0 ? null : escaped + text.slice(copied);
}

/** The byte of an escape `%XX`, or -1. */
function byteAt(text: string, at: number): number {
  if (text.charCodeAt(at) !== PERCENT) return -1;
  const high = hexDigit(text.charCodeAt(at + 1));
  const low = hexDigit(text.charCodeAt(at + 2));
  return high === -1 || low === -1 ? -1 : high * 16 + low;
}

/** The code unit of an escape of `%u` and four digits, in either case, or -1. */
function unitAt(text: string, at: number): number {
  if ((text.charCodeAt(at + 1) | 32) !== LETTER_U) return -1;
  let unit = 0;
  for (let i = 2; i < 6; i++) {
    const digit = hexDigit(text.charCodeAt(at + i));
    if (digit === -1) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/** How many continuation bytes a first byte announces, counting the old five- and six-byte forms; -1 for none. */
function continuations(lead: number): number {
  if (lead < 0x80) return 0;
  if (lead < 0xc0 || lead > 0xfd) return -1;
  if (lead < 0xe0) return 1;
  if (lead < 0xf0) return 2;
  if (lead < 0xf8) return 3;
  return lead < 0xfc ? 4 : 5;
}
