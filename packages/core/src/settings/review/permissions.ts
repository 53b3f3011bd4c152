import type { Grant } from '../../token/permission.ts';
import type { Settings } from '../schema.ts';
import { type Check, type Reviewed, type Spot, when } from './check.ts';

type Permission = keyof Settings['permissions'];

const permissions = ['use', 'create', 'createOnBehalf'] as const satisfies readonly Permission[];

/** How the sentences call the permissions. */
const called: Readonly<Record<Permission, string>> = {
  use: 'use tokens',
  create: 'create tokens',
  createOnBehalf: 'create tokens for others',
};

/** More groups than this with a say over other users' tokens are seldom meant. */
const mostOnBehalfGroups = 5;

const groupsOf = (grant: Grant): readonly string[] => (grant.to === 'groups' ? grant.groups : []);

/** A spot for every group of every permission that a sentence can be said of. */
const eachGroup = (
  { settings }: Reviewed,
  sentence: (group: string, permission: Permission) => string | null,
): readonly Spot[] =>
  permissions.flatMap((permission) =>
    groupsOf(settings.permissions[permission]).flatMap((group, index) => {
      const message = sentence(group, permission);
      return message === null ? [] : [{ path: ['permissions', permission, 'groups', index], message }];
    }),
  );

/** Whether a grant reaches nobody, as far as it can be told without a directory, or with one. */
const reachesNobody = (grant: Grant, { facts }: Reviewed): boolean =>
  grant.to === 'groups' &&
  (grant.groups.length === 0 ||
    (facts.groups !== undefined && grant.groups.every((group) => (facts.groups?.get(group) ?? 0) === 0)));

const nobody = (permission: Permission) => (reviewed: Reviewed) =>
  when(
    reachesNobody(reviewed.settings.permissions[permission], reviewed),
    ['permissions', permission, 'groups'],
    `Nobody may ${called[permission]}, because no member is in any of the groups.`,
  );

const createWithoutUse = (reviewed: Reviewed): readonly Spot[] => {
  const { use } = reviewed.settings.permissions;
  if (use.to === 'everyone') return [];
  const users = new Set(use.groups);
  return eachGroup(reviewed, (group, permission) =>
    permission === 'create' && !users.has(group)
      ? `Members of ${JSON.stringify(group)} may create tokens that only users in another group can use.`
      : null,
  );
};

/** The checks of the three permissions. Spec: RE-1, PE */
export const permissionChecks = [
  {
    code: 'nobody-may-use',
    severity: 'warning',
    remedy: 'Name a group that has members, or let everyone use tokens.',
    find: nobody('use'),
  },
  {
    code: 'nobody-may-create',
    severity: 'warning',
    remedy: 'Name a group that has members, or let everyone create tokens.',
    find: nobody('create'),
  },
  {
    code: 'nobody-may-create-on-behalf',
    severity: 'warning',
    remedy: 'Name a group that has members, such as one of administrators.',
    find: nobody('createOnBehalf'),
  },
  {
    code: 'create-wider-than-use',
    severity: 'warning',
    remedy: 'Grant both permissions to the same groups, or let everyone use tokens.',
    find: ({
      settings: {
        permissions: { use, create },
      },
    }) =>
      when(
        use.to === 'groups' && create.to === 'everyone',
        ['permissions', 'create', 'to'],
        'Everyone may create tokens, but only members of some groups can use them.',
      ),
  },
  {
    code: 'create-without-use',
    severity: 'warning',
    remedy: 'Add the group to those that may use tokens, or take it from those that may create them.',
    find: createWithoutUse,
  },
  {
    code: 'group-unknown',
    severity: 'warning',
    remedy: 'Correct the name, which is compared letter by letter, or take the group out.',
    find: (reviewed) =>
      eachGroup(reviewed, (group, permission) =>
        reviewed.facts.groups === undefined || reviewed.facts.groups.has(group)
          ? null
          : `The directory has no group ${JSON.stringify(group)} that could ${called[permission]}.`,
      ),
  },
  {
    code: 'group-empty',
    severity: 'recommendation',
    remedy: 'Add members in the directory, or take the group out; keep it only where nobody is meant.',
    find: (reviewed) =>
      eachGroup(reviewed, (group, permission) =>
        reviewed.facts.groups?.get(group) === 0
          ? `The group ${JSON.stringify(group)} that may ${called[permission]} has no members.`
          : null,
      ),
  },
  {
    code: 'group-twice',
    severity: 'recommendation',
    remedy: 'Remove the second mention.',
    find: (reviewed) => {
      const seen = new Set<string>();
      return eachGroup(reviewed, (group, permission) => {
        const key = `${permission} ${group}`;
        if (seen.has(key)) return `The group ${JSON.stringify(group)} is listed twice.`;
        seen.add(key);
        return null;
      });
    },
  },
  {
    code: 'group-padded',
    severity: 'warning',
    remedy: 'Remove the white space, unless the directory really writes the name so.',
    find: (reviewed) =>
      eachGroup(reviewed, (group) =>
        group.trim() === group || reviewed.facts.groups?.has(group) === true
          ? null
          : `The group name ${JSON.stringify(group)} begins or ends with white space, which counts when names are compared.`,
      ),
  },
  {
    code: 'read-only-sidestepped',
    severity: 'recommendation',
    remedy: 'Keep the groups that may create on behalf small, and review the tokens that they create.',
    find: ({
      settings: {
        permissions: { create },
      },
    }) =>
      when(
        create.readOnly,
        ['permissions', 'create', 'readOnly'],
        'Users get read-only tokens, but whoever may create on behalf can still give others read-write ones.',
      ),
  },
  {
    code: 'on-behalf-many-groups',
    severity: 'recommendation',
    remedy: 'Leave the permission to the few groups that administer tokens.',
    find: ({
      settings: {
        permissions: { createOnBehalf },
      },
    }) =>
      when(
        new Set(createOnBehalf.groups).size > mostOnBehalfGroups,
        ['permissions', 'createOnBehalf', 'groups'],
        `More than ${mostOnBehalfGroups} groups may create, list and revoke the tokens of other users.`,
      ),
  },
] as const satisfies readonly Check[];
