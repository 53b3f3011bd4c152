import { describe, expect, it } from 'vitest';
import { type Grant, isGranted, tokenPage } from '../../src/token/permission.ts';

const groupsOf = (...groups: string[]): Extract<Grant, { to: 'groups' }> => ({ to: 'groups', groups });
const everyone: Grant = { to: 'everyone' };

describe('isGranted', () => {
  it('PE-1 everyone is everyone, also a user without groups', () => {
    expect(isGranted(everyone, [])).toBe(true);
    expect(isGranted(everyone, ['staff'])).toBe(true);
  });

  it.each([
    [['staff'], ['staff'], true],
    [['staff', 'guests'], ['guests'], true],
    [['staff'], ['guests', 'staff'], true],
    [['staff'], ['guests'], false],
    [['staff'], [], false],
    [[], ['staff'], false],
    [[], [], false],
    [['staff'], ['Staff'], false],
    [['staff'], ['staff '], false],
    [['caf\u00e9'], ['cafe\u0301'], false],
    [['__proto__'], ['staff'], false],
    [['staff'], ['__proto__'], false],
    [['__proto__'], ['__proto__'], true],
    [['constructor', 'toString'], ['hasOwnProperty'], false],
    [[''], [''], true],
  ])('PE-1 groups %j reach a member of %j: %s', (granted, own, expected) => {
    expect(isGranted(groupsOf(...granted), own)).toBe(expected);
  });

  it('PE-2 losing the last group that has a permission loses it, gaining it back restores it', () => {
    const use = groupsOf('token-users', 'staff');
    expect([['staff', 'a'], ['a'], ['a', 'token-users']].map((groups) => isGranted(use, groups))).toEqual([
      true,
      false,
      true,
    ]);
  });
});

describe('tokenPage', () => {
  const policy = (create: Grant, createOnBehalf: Grant) => ({
    settings: { permissions: { create, createOnBehalf } },
  });
  const user = (...groups: string[]) => ({ active: true, groups });

  it.each([
    ['creators', 'admins', ['creators'], { link: true, page: 'form', mayCreateFor: 'self' }],
    ['creators', 'admins', ['admins'], { link: true, page: 'form', mayCreateFor: 'others' }],
    ['creators', 'admins', ['admins', 'creators'], { link: true, page: 'form', mayCreateFor: 'both' }],
    ['creators', 'admins', ['guests'], { link: false, page: 'notice', mayCreateFor: 'nobody' }],
    ['creators', 'admins', [], { link: false, page: 'notice', mayCreateFor: 'nobody' }],
  ] as const)(
    'PE-3 create for %s, on behalf for %s: a member of %j finds %j',
    (create, behalf, groups, expected) => {
      expect(tokenPage(user(...groups), policy(groupsOf(create), groupsOf(behalf)))).toEqual(expected);
    },
  );

  it('PE-3 where everyone may create, everyone has the page', () => {
    expect(tokenPage(user(), policy(everyone, groupsOf('admins')))).toEqual({
      link: true,
      page: 'form',
      mayCreateFor: 'self',
    });
  });

  it('PE-3 an inactive user may create for nobody', () => {
    const inactive = { active: false, groups: ['admins', 'creators'] };
    const nothing = { link: false, page: 'notice', mayCreateFor: 'nobody' };
    expect(tokenPage(inactive, policy(everyone, groupsOf('admins')))).toEqual(nothing);
    expect(tokenPage(inactive, policy(groupsOf('creators'), groupsOf('admins')))).toEqual(nothing);
  });
});
