import { hash, randomBytes } from 'node:crypto';
import type { Directory, EpochMs, Subject } from '@latchkey/core';
import { within } from './deadline.ts';

/** A session that somebody has opened with a password. */
export interface OpenSession {
  readonly subject: string;
  readonly openedAt: EpochMs;
  /** When it ends however much it is used. */
  readonly endsAt: EpochMs;
}

/** The sessions of one server. */
export interface Sessions {
  /** Opens one for a user under a fresh id, which is told this once; null where the user is gone or inactive by now. */
  open(
    subject: string,
  ): Promise<{ readonly id: string; readonly session: OpenSession } | null | 'unavailable'>;
  /** The session under an id, which counts as a use of it; null where there is none or it has ended. */
  find(id: string): Promise<OpenSession | null | 'unavailable'>;
  end(id: string): void;
}

/** How long a session lasts, and how long without being used, in milliseconds. */
const longestMs = 8 * 60 * 60 * 1000;
const longestIdleMs = 30 * 60 * 1000;

/** How many there are at most, in all and of one user; the oldest makes room. */
const mostSessions = 1000;
const mostOfOne = 16;

/** How long the directory may take, in milliseconds. */
const directoryMs = 2000;

interface Kept extends OpenSession {
  usedAt: EpochMs;
  /** What the user was when it was opened. */
  readonly standing: string;
}

/** The form of an id: 256 random bits in base64url. */
export const isSessionId = (text: string): boolean => /^[\w-]{43}$/.test(text);

/**
 * Sessions in the memory of this process, kept under the digests of their ids, so that nobody reads an id there. One
 * ends after 8 hours, after 30 minutes without a use, and as soon as its user is gone, inactive or another than when
 * it was opened: the directory is asked at every use. Where that does not answer, nobody is let in and nothing ends.
 */
export function memorySessions(directory: Pick<Directory, 'find'>, clock: () => EpochMs): Sessions {
  // In the order in which they were opened.
  const kept = new Map<string, Kept>();
  const isOver = ({ endsAt, usedAt }: Kept, now: EpochMs): boolean =>
    now >= endsAt || now - usedAt >= longestIdleMs;

  const standingNow = async (subject: string): Promise<string | null | 'unavailable'> =>
    standingIn(await within<unknown>(directoryMs, () => directory.find(subject)), subject);

  /** Ends what is over already, and as many of the oldest as a further one of a user needs. */
  function makeRoom(subject: string, now: EpochMs): void {
    for (const [key, session] of kept) if (isOver(session, now)) kept.delete(key);
    const own = [...kept].filter(([, session]) => session.subject === subject);
    for (const [key] of own.slice(0, Math.max(0, own.length - mostOfOne + 1))) kept.delete(key);
    for (const key of kept.keys()) {
      if (kept.size < mostSessions) break;
      kept.delete(key);
    }
  }

  return {
    async open(subject) {
      const standing = await standingNow(subject);
      if (standing === null || standing === 'unavailable') return standing;
      const openedAt = clock();
      makeRoom(subject, openedAt);
      const id = randomBytes(32).toString('base64url');
      const session = { subject, openedAt, endsAt: openedAt + longestMs };
      kept.set(keyOf(id), { ...session, usedAt: openedAt, standing });
      return { id, session };
    },
    async find(id) {
      const key = keyOf(id);
      const session = kept.get(key);
      if (session === undefined) return null;
      const standing = await standingNow(session.subject);
      // It may have been ended while the directory was asked.
      if (kept.get(key) !== session) return null;
      if (standing === 'unavailable') return standing;
      const now = clock();
      if (standing !== session.standing || isOver(session, now)) {
        kept.delete(key);
        return null;
      }
      session.usedAt = now;
      const { subject, openedAt, endsAt } = session;
      return { subject, openedAt, endsAt };
    },
    end(id) {
      kept.delete(keyOf(id));
    },
  };
}

const keyOf = (id: string): string => hash('sha256', id, 'base64url');

/** What an active user is now, as a text to compare; whatever the type of the directory's answer promised. */
function standingIn(answer: unknown, subject: string): string | null | 'unavailable' {
  if (answer === null) return null;
  if (typeof answer !== 'object') return 'unavailable';
  const { id, active, administrator, groups } = answer as Partial<Subject>;
  if (id !== subject || typeof active !== 'boolean' || !Array.isArray(groups)) return 'unavailable';
  return active ? JSON.stringify([administrator === true, [...groups].sort()]) : null;
}
