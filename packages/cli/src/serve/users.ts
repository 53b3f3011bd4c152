import type { Issue, Result } from '@latchkey/core';
import { type PasswordHash, parsePasswordHash, passwordForm } from './passwords.ts';

/** One user of the reference server. */
export interface User {
  readonly name: string;
  readonly password: PasswordHash;
  readonly groups: readonly string[];
  readonly active: boolean;
  readonly administrator: boolean;
}

const keys: ReadonlySet<string> = new Set(['name', 'passwordHash', 'groups', 'active', 'administrator']);

/** 1 to 255 characters without control characters; a `:` would end the name in a Basic credential. */
export const isUserName = (value: unknown): value is string => isGroupName(value) && !value.includes(':');
const isGroupName = (value: unknown): value is string =>
  typeof value === 'string' && /^\P{Cc}{1,255}$/u.test(value);

/**
 * The users in a document: a list of `{ name, passwordHash, groups?, active?, administrator? }`, or every
 * problem in it, each with its path. Absent groups are none, an absent `active` is true, an absent
 * `administrator` is false. No message shows a password hash.
 */
export function parseUsers(document: unknown): Result<readonly User[], readonly Issue[]> {
  if (!Array.isArray(document) || document.length === 0)
    return {
      ok: false,
      problem: [{ code: 'wrong-type', path: [], message: 'Expected a list of at least one user.' }],
    };
  const problem: Issue[] = [];
  const names = new Set<string>();
  const users = document.map((entry: unknown, index) => {
    const user = parseUser(entry, (code, at, message) =>
      problem.push({ code, path: [index, ...at], message }),
    );
    if (user === null) return null;
    if (names.has(user.name))
      problem.push({ code: 'duplicate', path: [index, 'name'], message: 'This name is taken.' });
    names.add(user.name);
    return user;
  });
  if (problem.length > 0) return { ok: false, problem };
  return { ok: true, value: users.filter((user) => user !== null) };
}

type Reporter = (code: string, at: readonly (string | number)[], message: string) => void;

function parseUser(entry: unknown, report: Reporter): User | null {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
    report('wrong-type', [], 'Expected an object.');
    return null;
  }
  const fields = new Map<string, unknown>(Object.entries(entry));
  for (const key of fields.keys())
    if (!keys.has(key)) report('unknown-key', [key], 'There is no such field.');
  const name = fields.get('name');
  if (!isUserName(name))
    report('name-malformed', ['name'], 'Expected 1 to 255 characters, no colon, no control characters.');
  const text = fields.get('passwordHash');
  const password = typeof text === 'string' ? parsePasswordHash(text) : null;
  if (password === null) report('password-hash-malformed', ['passwordHash'], `Expected ${passwordForm}.`);
  const active = flag(fields, 'active', true, report);
  const administrator = flag(fields, 'administrator', false, report);
  const groups = groupsIn(fields.get('groups'), report);
  return isUserName(name) && password !== null ? { name, password, groups, active, administrator } : null;
}

function flag(fields: ReadonlyMap<string, unknown>, key: string, absent: boolean, report: Reporter): boolean {
  const value = fields.has(key) ? fields.get(key) : absent;
  if (typeof value === 'boolean') return value;
  report('wrong-type', [key], 'Expected true or false.');
  return false;
}

function groupsIn(value: unknown, report: Reporter): readonly string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    report('wrong-type', ['groups'], 'Expected a list of group names.');
    return [];
  }
  return value.flatMap((group: unknown, at) => {
    if (isGroupName(group)) return [group];
    report('group-malformed', ['groups', at], 'Expected 1 to 255 characters and no control characters.');
    return [];
  });
}
