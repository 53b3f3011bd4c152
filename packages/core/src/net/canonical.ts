const colon = 0x3a;
const dot = 0x2e;
const percent = 0x25;
const zero = 0x30;
/** Set in the codes of digits, small letters and `:`, not in those of capitals. */
const smallBit = 0x20;

/**
 * Whether IPv6 text that was read into `words` is its canonical text already, as most machines write it: it
 * needs no formatting then. Text with a zone is not. Looks once, allocates nothing. Spec: AD-2
 */
export function isCanonical(text: string, words: Uint32Array): boolean {
  let gap = -1;
  let count = 0;
  let small = smallBit;
  let before = colon;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    small &= code;
    if (code === dot || code === percent) return false;
    if (before === colon) {
      if (code !== colon) {
        count++;
        if (code === zero && index + 1 < text.length && text.charCodeAt(index + 1) !== colon) return false;
      } else gap = count;
    }
    before = code;
  }
  return small !== 0 && isLongestRun(gap, 8 - count, words);
}

/** Whether a gap stands for the longest run of two or more zero groups, the first of several as long; -1 for no gap. */
function isLongestRun(gap: number, length: number, words: Uint32Array): boolean {
  let longest = 1;
  let first = -1;
  let run = 0;
  for (let group = 0; group < 8; group++) {
    const word = words[group >> 1] as number;
    run = ((group & 1) === 0 ? word >>> 16 : word & 0xffff) === 0 ? run + 1 : 0;
    if (run <= longest) continue;
    longest = run;
    first = group + 1 - run;
  }
  return gap === first && (gap < 0 || length === longest);
}
