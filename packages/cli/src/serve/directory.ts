import type { Directory, Subject } from '@latchkey/core';
import { isPassword, noPassword } from './passwords.ts';
import type { User } from './users.ts';

/** The users, as the engine asks for them and as the host's own login does. */
export interface UserDirectory extends Directory {
  /** The active user whom a name and a password belong to; null for any other pair, after the same work. */
  login(name: string, password: string): Promise<Subject | null>;
}

const subjectOf = ({ name, active, administrator, groups }: User): Subject => ({
  id: name,
  active,
  administrator,
  groups: [...groups],
});

/** A directory over a list of users, fixed while it is used. */
export function userDirectory(users: readonly User[]): UserDirectory {
  const byName = new Map(users.map((user) => [user.name, user]));
  return {
    async find(id) {
      const user = byName.get(id);
      return user === undefined ? null : subjectOf(user);
    },
    async login(name, password) {
      const user = byName.get(name);
      const matches = await isPassword(password, user?.password ?? noPassword);
      return user !== undefined && matches && user.active ? subjectOf(user) : null;
    },
  };
}
