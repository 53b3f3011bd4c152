import type { Policy } from '../../settings/policy.ts';
import type { Settings } from '../../settings/schema.ts';
import { isGranted } from '../../token/permission.ts';
import type { SubjectId } from '../../token/record.ts';
import type { Subject } from '../needs.ts';

/** Who gains and who loses one permission, in the order of the users given. */
export interface GrantChange {
  readonly gain: readonly SubjectId[];
  readonly lose: readonly SubjectId[];
}

/** Who gains and who loses each permission. Spec: IM-1, PE-1 */
export type GrantImpact = { readonly [Permission in keyof Settings['permissions']]: GrantChange };

/** What a change of policy does to the permissions of users; an inactive user never has one. Spec: IM-1 */
export function grantImpact(before: Policy, after: Policy, users: readonly Subject[]): GrantImpact {
  const active = users.filter((user) => user.active);
  const changeOf = (permission: keyof GrantImpact): GrantChange => {
    const has = ({ settings }: Policy, user: Subject) =>
      isGranted(settings.permissions[permission], user.groups);
    const ids = (from: Policy, to: Policy) =>
      active.filter((user) => !has(from, user) && has(to, user)).map((user) => user.id);
    return { gain: ids(before, after), lose: ids(after, before) };
  };
  return { use: changeOf('use'), create: changeOf('create'), createOnBehalf: changeOf('createOnBehalf') };
}
