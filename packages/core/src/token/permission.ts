/** The name of a group, as the host's directory writes it; compared exactly. */
export type GroupId = string;

/** Who has a permission: everyone, or the members of at least one of some groups. Spec: PE-1 */
export type Grant =
  | { readonly to: 'everyone' }
  | { readonly to: 'groups'; readonly groups: readonly GroupId[] };

/** What a user finds where tokens are created. Spec: PE-3 */
export interface TokenPage {
  /** Whether the menu shows the link to the page. */
  readonly link: boolean;
  /** What the page shows when it is visited: the form, or the notice that there is nothing to create. */
  readonly page: 'form' | 'notice';
  readonly mayCreateFor: 'self' | 'others' | 'both' | 'nobody';
}

/**
 * Whether a grant reaches a user with these groups. Names are compared exactly and as values, never looked up
 * as keys. Spec: PE-1, PE-2
 *
 * @example
 * isGranted({ to: 'groups', groups: ['staff'] }, ['staff', 'guests']); // true
 */
export function isGranted(grant: Grant, groups: readonly GroupId[]): boolean {
  switch (grant.to) {
    case 'everyone':
      return true;
    case 'groups':
      return grant.groups.some((group) => groups.includes(group));
  }
}

/** What the token page is for a user; an inactive one may create for nobody. Spec: PE-3 */
export function tokenPage(
  user: { readonly active: boolean; readonly groups: readonly GroupId[] },
  policy: {
    readonly settings: { readonly permissions: { readonly create: Grant; readonly createOnBehalf: Grant } };
  },
): TokenPage {
  const { create, createOnBehalf } = policy.settings.permissions;
  const self = user.active && isGranted(create, user.groups);
  const others = user.active && isGranted(createOnBehalf, user.groups);
  if (!self && !others) return { link: false, page: 'notice', mayCreateFor: 'nobody' };
  return { link: true, page: 'form', mayCreateFor: self && others ? 'both' : self ? 'self' : 'others' };
}
