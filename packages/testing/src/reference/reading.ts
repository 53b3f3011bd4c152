import { decodings } from './decoding.ts';

/** One way a server may read a path; `folded` once its letters' case has been given up. */
export interface Reading {
  readonly text: string;
  readonly folded: boolean;
}

/** All readings of a path, and whether the search had to be given up. */
export interface Readings {
  readonly all: readonly Reading[];
  readonly complete: boolean;
}

const MOST_LEVELS = 4;
/** Far above what any target of 8 KiB met in the tests needs; a search cut short counts as disagreement. */
const MOST_READINGS = 20_000;

/** Everything a path may become, all steps combined in any order, also between decode levels. Spec: TA-2. */
export function readingsOf(path: string): Readings {
  const seen = new Map<string, Reading>();
  let level: Reading[] = [{ text: path, folded: false }];
  for (let depth = 0; depth <= MOST_LEVELS; depth += 1) {
    const closed = closure(level, seen);
    if (seen.size > MOST_READINGS) return { all: [...seen.values()], complete: false };
    level = closed.flatMap(({ text, folded }) =>
      decodings(text).map((decoded) => ({ text: decoded, folded })),
    );
    if (level.length === 0) break;
  }
  return { all: [...seen.values()], complete: true };
}

/** The readings reachable without decoding that were not known before; each is noted in `seen`. */
function closure(start: readonly Reading[], seen: Map<string, Reading>): Reading[] {
  const found: Reading[] = [];
  const open = [...start];
  while (open.length > 0 && seen.size <= MOST_READINGS) {
    const reading = open.pop();
    if (reading === undefined) break;
    const key = (reading.folded ? 'folded ' : 'exact ') + reading.text;
    if (seen.has(key)) continue;
    seen.set(key, reading);
    found.push(reading);
    for (const step of STEPS) {
      const text = step(reading.text);
      if (text !== null && text !== reading.text) open.push({ text, folded: reading.folded });
    }
    open.push({ text: caseFolded(reading.text), folded: true });
  }
  return found;
}

/** A text whose letters no longer differ by case. */
export function caseFolded(text: string): string {
  return text.replace(/[^\u0131]+/g, (part) => part.toUpperCase().toLowerCase());
}

const STEPS: readonly ((text: string) => string | null)[] = [
  (text) => perSegment(text, (segment) => segment.split(';')[0] ?? ''),
  (text) => text.replaceAll('\\', '/'),
  (text) => text.replace(/\/{2,}/g, '/'),
  dotsResolved,
  (text) => cutAt(text, '#'),
  (text) => cutAt(text, ' '),
  (text) => cutAt(text, '\0'),
  // A raw path holds no question mark, so one that is there came out of an escape.
  (text) => cutAt(text, '?'),
  (text) => perSegment(text, trimmed),
  (text) => perSegment(text, (segment) => segment.replace(/ +$/, '')),
  (text) => text.replace(/[^/]*$/, trimmed),
  // The URL standard's parser drops these first; what it does after that stands on its own below.
  (text) => text.replace(/[\t\n\r]/g, ''),
  (text) => text.normalize('NFKC'),
  (text) => urlPath(() => new URL(text, 'http://host/')),
  (text) => urlPath(() => new URL(`http://host${text}`)),
];

function perSegment(text: string, change: (segment: string) => string): string {
  return text.split('/').map(change).join('/');
}

/** A segment without trailing dots and spaces; a dot segment is a name of its own, which nobody trims away. */
function trimmed(segment: string): string {
  if (segment === '.' || segment === '..') return segment;
  return segment.replace(/[. ]+$/, '');
}

function cutAt(text: string, mark: string): string {
  const index = text.indexOf(mark);
  return index === -1 ? text : text.slice(0, index);
}

function dotsResolved(text: string): string {
  if (!/(^|\/)\.{1,2}(\/|$)/.test(text)) return text;
  const kept: string[] = [];
  const segments = text.split('/').slice(1);
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1;
    if (segment === '..') kept.pop();
    if (segment !== '.' && segment !== '..') kept.push(segment);
    else if (isLast) kept.push('');
  }
  return `/${kept.join('/')}`;
}

function urlPath(parse: () => URL): string | null {
  try {
    return parse().pathname;
  } catch {
    // A text the parser refuses has no such reading.
    return null;
  }
}
