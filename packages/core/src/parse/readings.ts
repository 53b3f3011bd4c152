import { allHabits, decodeEscapes, escapeBytes } from './escape.ts';
import { marked, marksOf } from './marks.ts';
import { normaliseCompatibly } from './nfkc.ts';

/** Levels of percent-decoding that are followed. Spec: TA-2 */
const LEVELS = 4;
/** Bounds of the work on one target; beyond them nothing is known, so the worst is assumed. Spec: TA-6 */
const MAXIMUM_READINGS = 2_000;
const MAXIMUM_CHARACTERS = 300_000;

/** One way a server may read a path differently, and the marks without which it changes nothing. */
interface Rewrite {
  readonly when: number;
  readonly read: (text: string) => string;
}

/** Every reading that keeps escapes as they are; each one may follow each other. Spec: TA-2 */
const rewrites: readonly Rewrite[] = [
  { when: marked.semicolon, read: (text) => text.replace(/;[^/]*/g, '') },
  { when: marked.backslash, read: (text) => text.replaceAll('\\', '/') },
  { when: marked.emptySegment, read: (text) => text.replace(/\/{2,}/g, '/') },
  { when: marked.dotSegment, read: (text) => resolveDots(text, dotsIn) },
  { when: marked.percent, read: (text) => (/%2e/i.test(text) ? resolveDots(text, encodedDotsIn) : text) },
  { when: marked.hash, read: (text) => cutAt(text, '#') },
  { when: marked.space, read: (text) => cutAt(text, ' ') },
  { when: marked.nul, read: (text) => cutAt(text, '\0') },
  { when: marked.question, read: (text) => cutAt(text, '?') },
  { when: marked.trailingDot, read: (text) => trimSegments(text, '.') },
  { when: marked.trailingSpace, read: (text) => trimSegments(text, ' ') },
  { when: marked.trailingSpace, read: (text) => trimSegments(text, '. ') },
  { when: marked.nonAscii, read: normaliseCompatibly },
  { when: marked.removable, read: removeBlanks },
  { when: marked.authority, read: dropAuthority },
];

/** How a walk over the readings ended: all were seen, the visitor had enough, or there were too many. */
export type Walk = 'complete' | 'settled' | 'too-many';

/**
 * Visits every reading of a raw path that begins with a slash, the path itself first, each once, with its marks
 * (`marked`); the visitor answers whether to go on. All rewrites are closed over between the decode levels, so
 * that they combine in any order. Bounded in work; never throws. Spec: TA-2, TA-6
 */
export function walkReadings(path: string, visit: (reading: string, marks: number) => boolean): Walk {
  const seen = new Set<string>();
  const bytes = escapeBytes(path);
  let arriving = bytes === null ? [path] : [path, bytes];
  let produced = 0;
  for (let depth = 0; depth <= LEVELS; depth++) {
    const level: string[] = [];
    const decoded: string[] = [];
    const add = (text: string) => {
      produced += text.length;
      if (seen.has(text)) return;
      seen.add(text);
      level.push(text);
    };
    for (const text of arriving) add(text);
    // The level grows while it is walked: that closes it over the rewrites.
    for (const text of level) {
      if (seen.size > MAXIMUM_READINGS || produced > MAXIMUM_CHARACTERS) return 'too-many';
      const marks = marksOf(text);
      if (!visit(text, marks)) return 'settled';
      for (const { when, read } of rewrites) {
        const other = (marks & when) === 0 ? text : read(text);
        if (other !== text) add(other);
      }
      if ((marks & marked.percent) === 0 || depth === LEVELS) continue;
      // Kept for later: a text that this level reaches too has a level more to go.
      const all = decodeEscapes(text);
      decoded.push(all.text);
      for (let habits = 1; habits <= allHabits; habits++)
        if ((habits & ~all.met) === 0) decoded.push(decodeEscapes(text, habits).text);
    }
    arriving = decoded;
  }
  return 'complete';
}

function cutAt(text: string, mark: string): string {
  return text.slice(0, text.indexOf(mark));
}

/** How many dots a dot segment has; 0 for any other segment. */
function dotsIn(segment: string): number {
  return segment === '.' ? 1 : segment === '..' ? 2 : 0;
}

/** The WHATWG parser takes `%2e` for a dot in dot segments, and decodes nothing else. */
function encodedDotsIn(segment: string): number {
  return segment.length > 6 ? 0 : dotsIn(segment.replace(/%2e/gi, '.'));
}

function resolveDots(text: string, dotsOf: (segment: string) => number): string {
  const kept: string[] = [];
  const segments = text.slice(1).split('/');
  for (const [index, segment] of segments.entries()) {
    const dots = dotsOf(segment);
    if (dots === 0) kept.push(segment);
    else {
      if (dots === 2) kept.pop();
      if (index === segments.length - 1) kept.push('');
    }
  }
  return `/${kept.join('/')}`;
}

/** Takes the characters off every segment's end, as Windows does with dots and spaces; dot segments stay. */
function trimSegments(text: string, trimmed: string): string {
  const trim = (segment: string): string => {
    if (dotsIn(segment) > 0) return segment;
    let end = segment.length;
    while (end > 0 && trimmed.includes(segment.charAt(end - 1))) end--;
    return segment.slice(0, end);
  };
  return text.split('/').map(trim).join('/');
}

/** As the WHATWG parser does before it starts: TAB, LF and CR vanish, C0 and spaces at the end too. */
function removeBlanks(text: string): string {
  let end = text.length;
  // The slash at the start ends it.
  while (text.charCodeAt(end - 1) <= 32) end--;
  return text.slice(0, end).replace(/[\t\n\r]/g, '');
}

/** As the WHATWG parser does: after two or more slashes of either kind stands a host, and then the path. */
function dropAuthority(text: string): string {
  const isSlash = (at: number) => text[at] === '/' || text[at] === '\\';
  let at = 0;
  while (isSlash(at)) at++;
  while (at < text.length && !isSlash(at)) at++;
  return `/${text.slice(at + 1)}`;
}
