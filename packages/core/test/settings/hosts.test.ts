import { describe, expect, it } from 'vitest';
import {
  checkProfile,
  compilePolicy,
  defaultSettings,
  type HostProfile,
  hosts,
  hostTokenSection,
} from '../../src/index.ts';

describe('host profiles', () => {
  it.each(Object.values(hosts))('HO-1 the profile of $name is sound and frozen', (host) => {
    expect(checkProfile(host)).toEqual([]);
    expect(Object.isFrozen(host)).toBe(true);
    expect(Object.isFrozen(host.governed)).toBe(true);
  });

  it('HO-1 a profile is changed by copying it', () => {
    const copy = { ...hosts.jira, contextPath: '/jira' };
    expect(checkProfile(copy)).toEqual([]);
    expect(compilePolicy(defaultSettings(copy), copy).host.contextPath).toBe('/jira');
  });

  const flaws: [string, Partial<HostProfile>, string][] = [
    ['a context path with a trailing slash', { contextPath: '/jira/' }, 'contextPath: profile-path'],
    ['a context path without a slash', { contextPath: 'jira' }, 'contextPath: profile-path'],
    ['no governed prefix', { governed: [] }, 'governed: profile-governed'],
    ['a prefix with an escape', { governed: ['/api/', '/%72est/'] }, 'governed.1: profile-path'],
    ['a prefix with a dot segment', { remote: ['/rpc/../x'] }, 'remote.0: profile-path'],
    [
      'an exempt path with a trailing slash',
      { exempt: [{ method: 'POST', path: '/api/x/', session: false }] },
      'exempt.0.path: profile-path',
    ],
    [
      'a method that is no token',
      { exempt: [{ method: 'PO ST', path: '/api/x', session: false }] },
      'exempt.0.method: profile-method',
    ],
    ['a version that is none', { hostTokens: { since: 'eight' } }, 'hostTokens.since: profile-version'],
    ['no administrators', { administratorGroups: [] }, 'administratorGroups: profile-groups'],
    ['a token header that has another meaning', { tokenHeader: 'Cookie' }, 'tokenHeader: profile-header'],
    ['a mount path outside the governed paths', { mountPath: '/latchkey' }, 'mountPath: profile-mount'],
    ['a mount path with a trailing slash', { mountPath: '/api/latchkey/' }, 'mountPath: profile-path'],
    ['no name', { name: '' }, 'name: profile-name'],
  ];
  it.each(flaws)('HO-1 %s is refused', (_name, change, problem) => {
    const profile = { ...hosts.generic, ...change };
    expect(checkProfile(profile).map((issue) => `${issue.path.join('.')}: ${issue.code}`)).toContain(problem);
    expect(() => compilePolicy(defaultSettings(profile), profile)).toThrow();
  });

  it.each([
    ['jira', '8.14', 'visible'],
    ['jira', '8.14.0', 'visible'],
    ['jira', '8.13.27', 'hidden'],
    ['jira', '8.9', 'hidden'],
    ['jira', '10.0', 'visible'],
    ['jira', undefined, 'visible'],
    ['jira', 'unreleased', 'visible'],
    ['confluence', '7.8.3', 'hidden'],
    ['confluence', '7.9', 'visible'],
    ['bitbucket', '1.0', 'visible'],
    ['generic', '99.0', 'hidden'],
  ] as const)('HT-1 the section on host tokens of %s %s is %s', (name, version, section) => {
    expect(hostTokenSection(hosts[name], version)).toBe(section);
  });
});
