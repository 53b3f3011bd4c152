import { within } from './deadline.ts';
import type { UserDirectory } from './directory.ts';

/** How many passwords are checked or wait at once: each check costs memory and a fraction of a second. */
const mostAtOnce = 16;

/** How long a check may take, in milliseconds: much more than all of them need that are made at once. */
const longestCheckMs = 10_000;

/** What a check may want otherwise. */
export interface CheckOptions {
  /** The longest that one password check may take, in milliseconds. */
  readonly longestCheckMs?: number;
  /** Told of each check that failed, took too long, or answered neither yes nor no. */
  readonly onFailure?: () => void;
}

/** What a check may find: whom a name and a password belong to; `refused` for nobody, whatever was wrong. */
export type Checked = { readonly user: { readonly id: string } } | 'refused' | 'busy' | 'unavailable';

/** Checks one name and password. */
export type PasswordCheck = (name: string, password: string) => Promise<Checked>;

/**
 * The one check of passwords that every login of a server goes through, so that its bound holds for all of them
 * together. A check that hangs, fails or answers something else than a user or null lets nobody in. Spec: DE-6
 */
export function passwordCheck(
  directory: Pick<UserDirectory, 'login'>,
  options: CheckOptions = {},
): PasswordCheck {
  const longestMs = options.longestCheckMs ?? longestCheckMs;
  let checking = 0;
  return async (name, password) => {
    if (checking >= mostAtOnce) return 'busy';
    checking++;
    try {
      // A check that never ends holds its place no longer than this: logins go on when the directory does.
      const found = foundIn(await within<unknown>(longestMs, () => directory.login(name, password)));
      if (found === 'unavailable') options.onFailure?.();
      return found;
    } finally {
      checking--;
    }
  };
}

/** Whom an answer of the directory names, whatever its type promised: an active user, nobody, or neither. */
function foundIn(answer: unknown): Checked {
  if (answer === null) return 'refused';
  if (typeof answer !== 'object' || !('id' in answer) || !('active' in answer)) return 'unavailable';
  const { id, active } = answer;
  if (typeof id !== 'string' || id === '' || typeof active !== 'boolean') return 'unavailable';
  return active ? { user: { id } } : 'refused';
}
