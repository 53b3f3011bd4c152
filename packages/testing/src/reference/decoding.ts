import { utf8Character } from './text.ts';

/** Which lenient habits of servers a decoder has beside plain percent-decoding. */
export interface DecodingHabits {
  /** Accepts UTF-8 forms that are longer than necessary, such as `%C0%AF` for a slash. */
  readonly overlong: boolean;
  /** Accepts `%u` and four digits. */
  readonly unicode: boolean;
  /** Leaves escapes of a slash alone, as servers do that split the path first. */
  readonly keepsSlash: boolean;
}

const HABITS: readonly DecodingHabits[] = [false, true].flatMap((keepsSlash) =>
  [false, true].flatMap((unicode) => [false, true].map((overlong) => ({ overlong, unicode, keepsSlash }))),
);

/** The texts that one level of decoding makes of a text, in every habit; empty where there is nothing to decode. */
export function decodings(text: string): string[] {
  if (!text.includes('%')) return [];
  return [...new Set(HABITS.map((habits) => decodedOnce(text, habits)))];
}

/** Whether every `%` is followed by two hexadecimal digits. Spec: TA-3. */
export function hasOnlyWholeEscapes(text: string): boolean {
  return !/%(?![0-9A-Fa-f]{2})/.test(text);
}

/** Whether every run of escapes is strict UTF-8. Spec: TA-3. */
export function hasOnlyUtf8Escapes(text: string): boolean {
  for (const run of text.match(/(?:%[0-9A-Fa-f]{2})+/g) ?? []) {
    const bytes = bytesOf(run);
    let index = 0;
    while (index < bytes.length) {
      const read = utf8Character(bytes, index);
      if (read === null || read.overlong || !isScalar(read.code)) return false;
      index += read.length;
    }
  }
  return true;
}

function decodedOnce(text: string, habits: DecodingHabits): string {
  return text.replace(/(?:%[0-9A-Fa-f]{2})+|%[uU][0-9A-Fa-f]{4}/g, (escape) => {
    if (!/^%[uU]/.test(escape)) return runText(escape, habits);
    const character = String.fromCharCode(Number.parseInt(escape.slice(2), 16));
    return habits.unicode && !(character === '/' && habits.keepsSlash) ? character : escape;
  });
}

function runText(run: string, { overlong, keepsSlash }: DecodingHabits): string {
  const bytes = bytesOf(run);
  let text = '';
  let index = 0;
  while (index < bytes.length) {
    const read = utf8Character(bytes, index);
    if (read === null || !isScalar(read.code) || (read.overlong && !overlong)) {
      text += '\ufffd';
      index += 1;
      continue;
    }
    const character = String.fromCodePoint(read.code);
    const kept = character === '/' && keepsSlash;
    text += kept ? run.slice(3 * index, 3 * (index + read.length)) : character;
    index += read.length;
  }
  return text;
}

function bytesOf(run: string): number[] {
  return run
    .split('%')
    .slice(1)
    .map((digits) => Number.parseInt(digits, 16));
}

function isScalar(code: number): boolean {
  return code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
}
