import type { HostProfile } from '@latchkey/core';
import { hasOnlyUtf8Escapes, hasOnlyWholeEscapes } from './decoding.ts';
import { caseFolded, type Reading, readingsOf } from './reading.ts';

/** Where a request goes, and whether servers might disagree about it. Spec: TA. */
export interface ReferenceTarget {
  readonly surface: 'rest' | 'remote' | 'other';
  readonly suspicious: boolean;
  /** The raw path: before the first `?`, of an absolute form without scheme and authority. */
  readonly path: string;
}

const LONGEST_TARGET = 8192;
/** Scheme, host with an optional port but no user, path. */
const ABSOLUTE = /^https?:\/\/(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]*)?(\/.*)?$/is;

/** Classifies a target of the request line. Spec: TA-1…TA-5. */
export function classifyTarget(target: string, host: HostProfile): ReferenceTarget {
  const beforeQuery = target.split('?')[0] ?? '';
  const path = reducedPath(beforeQuery);
  if (target.length > LONGEST_TARGET) {
    const readsAsRemote =
      path !== null && path.length <= LONGEST_TARGET && classifyPath(path, host).surface === 'remote';
    return { surface: readsAsRemote ? 'remote' : 'rest', suspicious: true, path: path ?? beforeQuery };
  }
  if (beforeQuery === '*') return { surface: 'other', suspicious: false, path: '*' };
  if (path === null) return { surface: 'rest', suspicious: true, path: beforeQuery };
  return classifyPath(path, host);
}

/** The path of an origin or absolute form, or null for any other form. Spec: TA-1. */
function reducedPath(text: string): string | null {
  if (text.startsWith('/')) return text;
  const absolute = ABSOLUTE.exec(text);
  return absolute === null ? null : (absolute[1] ?? '/');
}

function classifyPath(path: string, host: HostProfile): ReferenceTarget {
  const readings = readingsOf(path);
  const surfaces = new Set(readings.all.map((reading) => surfaceOf(reading, host)));
  if (!readings.complete) surfaces.add('rest').add('other');
  const surface = surfaces.has('rest') ? 'rest' : surfaces.has('remote') ? 'remote' : 'other';
  const suspicious = surface !== 'other' && (surfaces.size > 1 || isTricky(path, readings.all));
  return { surface, suspicious, path };
}

function surfaceOf(reading: Reading, host: HostProfile): ReferenceTarget['surface'] {
  if (host.governed.some((prefix) => isUnder(reading, host.contextPath + prefix))) return 'rest';
  if (host.remote.some((prefix) => isUnder(reading, host.contextPath + prefix))) return 'remote';
  return 'other';
}

function isUnder(reading: Reading, prefix: string): boolean {
  const stem = prefix.replace(/\/+$/, '');
  const root = reading.folded ? caseFolded(stem) : stem;
  return reading.text === root || reading.text.startsWith(`${root}/`);
}

/** Whether a governed path is suspicious by what it, or any reading of it, is made of. Spec: TA-3. */
function isTricky(path: string, readings: readonly Reading[]): boolean {
  if (/[;\\# ]/.test(path)) return true;
  if ([...path].some((character) => character > '\u007f')) return true;
  if (!hasOnlyWholeEscapes(path)) return true;
  if (!hasOnlyUtf8Escapes(path)) return true;
  return readings.some(({ text }) => hasDotSegment(text) || hasControl(text));
}

function hasDotSegment(text: string): boolean {
  return text.split('/').some((segment) => segment === '.' || segment === '..');
}

function hasControl(text: string): boolean {
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return true;
  }
  return false;
}
