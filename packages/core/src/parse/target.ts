import { decodeEscapes } from './escape.ts';
import { marked } from './marks.ts';
import { type Surface, surfaceIgnoringCase, surfaceOf, type TargetRules } from './prefix.ts';
import { walkReadings } from './readings.ts';

export type { TargetRules } from './prefix.ts';

/** What a request target is about. Spec: TA */
export interface Target {
  /** `rest` or `remote` where at least one reading of the path is. */
  readonly surface: 'rest' | 'remote' | 'other';
  /** True when servers may disagree about a governed target; never with surface `other`. */
  readonly suspicious: boolean;
  /** Stable codes of what is suspicious; empty when clean. */
  readonly why: readonly string[];
  /** The raw path: everything before the first `?`, an absolute-form target without its scheme and authority. */
  readonly path: string;
}

/** Longest target that is looked at as a whole, in characters. Spec: TA-3 */
const LONGEST = 8192;

const SLASH = 47;
const DOT = 46;
const QUESTION = 63;

const nothing: readonly string[] = Object.freeze([]);
const caseOnly: readonly string[] = Object.freeze(['case-only']);

/** Characters of a plain path that mean the same to everybody. Spec: TA-6 */
const plain = new Uint8Array(128);
for (const letter of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_~!$&'()*+,=:@.-/") {
  plain[letter.charCodeAt(0)] = 1;
}

/** A host with an optional port, nothing else: user information, escapes and stray marks are refused. */
const authority = /^(?:[a-z0-9._~-]+|\[[0-9a-f:.]+\])(?::[0-9]*)?$/i;

/**
 * Classifies a request target as on the request line: which surface it may reach by any reading, and whether
 * readings differ. The query is never looked at. Never throws; time is linear in the length.
 * Spec: TA-1, TA-2, TA-3, TA-4, TA-6
 *
 * @example
 * classifyTarget('/rest/api/2/issue?fields=a', hosts.jira); // rest, clean
 * classifyTarget('/x/..;/rest/api', hosts.jira);            // rest, suspicious
 * classifyTarget('/secure/Dashboard.jspa', hosts.jira);     // other
 */
export function classifyTarget(target: string, host: TargetRules): Target {
  if (target.length > LONGEST) return classifyLong(target, host);
  return classifyPlain(target, host) ?? classifyForm(pathOf(target), host);
}

/**
 * The fast path: the answer for a plain origin-form target, null for every other; allocates the answer alone.
 * Spec: TA-6
 *
 * @internal exported for the property that compares it with `classifyPath`
 */
export function classifyPlain(target: string, host: TargetRules): Target | null {
  const end = plainEnd(target);
  if (end === -1) return null;
  const path = target.slice(0, end);
  const exact = surfaceOf(path, host);
  const surface = exact === 'rest' ? exact : surfaceIgnoringCase(path, host);
  return surface === exact
    ? { surface, suspicious: false, why: nothing, path }
    : { surface, suspicious: true, why: caseOnly, path };
}

/**
 * The full path: the answer by all readings of a path that begins with a slash and has no query.
 * Spec: TA-2, TA-3
 *
 * @internal exported for the property that compares it with `classifyPlain`
 */
export function classifyPath(path: string, host: TargetRules): Target {
  const exact = new Set<Surface>();
  const found = new Set<Surface>();
  let raw = -1;
  let any = 0;
  const walk = walkReadings(path, (reading, marks) => {
    if (raw === -1) raw = marks;
    any |= marks;
    exact.add(surfaceOf(reading, host));
    found.add(surfaceIgnoringCase(reading, host));
    // Nothing that follows could change the surface or clear the suspicion.
    return !(exact.has('rest') && exact.size > 1);
  });
  const surface =
    walk === 'too-many' || found.has('rest') ? 'rest' : found.has('remote') ? 'remote' : 'other';
  if (surface === 'other') return { surface, suspicious: false, why: nothing, path };
  const why: string[] = [];
  if (walk === 'too-many') why.push('too-many-readings');
  if (exact.size > 1) why.push('readings-disagree');
  for (const each of found) if (!exact.has(each) && !why.includes('case-only')) why.push('case-only');
  if ((any & marked.dotSegment) !== 0) why.push('dot-segment');
  if ((any & marked.control) !== 0) why.push('control-character');
  if ((raw & marked.semicolon) !== 0) why.push('semicolon');
  if ((raw & marked.backslash) !== 0) why.push('backslash');
  if ((raw & marked.hash) !== 0) why.push('fragment');
  if ((raw & marked.space) !== 0) why.push('space');
  if ((raw & marked.nonAscii) !== 0) why.push('non-ascii');
  const { malformed, notUtf8 } = decodeEscapes(path);
  if (malformed) why.push('escape-malformed');
  if (notUtf8) why.push('escape-not-utf8');
  return { surface, suspicious: why.length > 0, why, path };
}

/** Where the path of a plain target ends, or -1 when the target is not plain. */
function plainEnd(target: string): number {
  if (target.charCodeAt(0) !== SLASH) return -1;
  let previous = SLASH;
  let at = 1;
  for (; at < target.length; at++) {
    const code = target.charCodeAt(at);
    if (code === QUESTION) break;
    if (plain[code] !== 1) return -1;
    if (code === SLASH && (previous === SLASH || previous === DOT)) return -1;
    previous = code;
  }
  return previous === DOT ? -1 : at;
}

/** The path of a target in a form that is known; anything else stays as it stands, without its query. */
function pathOf(target: string): string {
  const end = target.indexOf('?');
  const before = end === -1 ? target : target.slice(0, end);
  const scheme = before.slice(0, 8).toLowerCase();
  const start = scheme === 'https://' ? 8 : scheme.startsWith('http://') ? 7 : 0;
  if (start === 0) return before;
  const slash = before.indexOf('/', start);
  if (!authority.test(before.slice(start, slash === -1 ? before.length : slash))) return before;
  return slash === -1 ? '/' : before.slice(slash);
}

function classifyForm(path: string, host: TargetRules): Target {
  if (path.charCodeAt(0) === SLASH) return classifyPath(path, host);
  if (path === '*') return { surface: 'other', suspicious: false, why: nothing, path };
  return { surface: 'rest', suspicious: true, why: ['form-unknown'], path };
}

/** An over-long target is suspicious whatever it holds; its path is read only if it is not what makes it long. */
function classifyLong(target: string, host: TargetRules): Target {
  const path = pathOf(target);
  if (path.length > LONGEST) return { surface: 'rest', suspicious: true, why: ['too-long'], path };
  const { surface, why } = classifyForm(path, host);
  return {
    surface: surface === 'other' ? 'rest' : surface,
    suspicious: true,
    why: ['too-long', ...why],
    path,
  };
}
