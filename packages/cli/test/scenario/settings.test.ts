import { defaultSettings, hosts } from '@latchkey/core';
import { describe, expect, it } from 'vitest';
import { completeSettings } from '../../src/scenario/settings.ts';

const { jira, confluence, generic } = hosts;

const completed = (partial: unknown, host = jira) => {
  const result = completeSettings(partial, host);
  if (!result.ok) throw new TypeError(JSON.stringify(result.problem));
  return result.value;
};

const problems = (partial: unknown, host = jira) => {
  const result = completeSettings(partial, host);
  return result.ok ? [] : result.problem.map(({ code, path }) => [code, path.join('.')]);
};

describe('SF partial settings', () => {
  it.each([jira, confluence, generic])('SF nothing given leaves the defaults of $name', (host) => {
    expect(completed({}, host)).toEqual(defaultSettings(host));
  });

  it('SF objects merge over the defaults', () => {
    const settings = completed({ validity: { maximum: 'P1Y' }, network: { discloseAddress: false } });
    expect(settings.validity).toEqual({ maximum: 'P1Y', choices: 'listed', existing: 'keep' });
    expect(settings.network).toEqual({
      allow: [],
      appliesTo: 'tokens',
      discloseAddress: false,
      reverseProxy: null,
    });
    expect(settings.passwords).toEqual(defaultSettings(jira).passwords);
  });

  it('SF lists replace', () => {
    const settings = completed({
      permissions: { createOnBehalf: { groups: ['ops'] } },
      network: { allow: ['10.0.0.1'] },
    });
    expect(settings.permissions.createOnBehalf).toEqual({ to: 'groups', groups: ['ops'] });
    expect(settings.network.allow).toEqual(['10.0.0.1']);
  });

  it.each([
    [
      { passwords: { mode: 'refused' } },
      jira,
      'passwords',
      { mode: 'refused', pathGuard: false, remoteApi: 'refused' },
    ],
    [
      { passwords: { mode: 'refused', pathGuard: true, remoteApi: 'accepted' } },
      confluence,
      'passwords',
      { mode: 'refused', pathGuard: true, remoteApi: 'accepted' },
    ],
    [
      { passwords: { mode: 'accepted' } },
      generic,
      'passwords',
      { mode: 'accepted', recognisedTokens: 'refuse' },
    ],
    [
      { passwords: { recognisedTokens: 'refuse' } },
      jira,
      'passwords',
      { mode: 'accepted', recognisedTokens: 'refuse' },
    ],
  ] as const)(
    'SF another mode replaces its object, the rest is completed: %j',
    (partial, host, key, expected) => {
      expect(completed(partial, host)[key]).toEqual(expected);
    },
  );

  it('SF another `to` replaces its grant', () => {
    const { permissions } = completed({
      permissions: { use: { to: 'groups', groups: ['dev'] }, create: { to: 'groups', groups: ['dev'] } },
    });
    expect(permissions.use).toEqual({ to: 'groups', groups: ['dev'] });
    expect(permissions.create).toEqual({ to: 'groups', groups: ['dev'], readOnly: false });
    expect(completed({ permissions: { create: { readOnly: true } } }).permissions.create).toEqual({
      to: 'everyone',
      readOnly: true,
    });
  });

  it('SF a reverse proxy needs its trusted entries only', () => {
    expect(
      completed({ network: { reverseProxy: { trusted: ['10.0.0.0/8'] } } }).network.reverseProxy,
    ).toEqual({
      trusted: ['10.0.0.0/8'],
      header: 'X-Forwarded-For',
      onMissing: 'deny',
    });
    expect(problems({ network: { reverseProxy: {} } })).toEqual([
      ['required', 'network.reverseProxy.trusted'],
    ]);
  });

  it.each([
    [{ passwords: { pathGuard: true } }, [['unknown-key', 'passwords.pathGuard']]],
    [
      { passwords: { mode: 'refused', recognisedTokens: 'defer' } },
      [['unknown-key', 'passwords.recognisedTokens']],
    ],
    [{ passwords: { mode: 'refused', remoteApi: 'accepted' } }, [['no-remote-api', 'passwords.remoteApi']]],
    [{ permissions: { use: { to: 'groups' } } }, [['required', 'permissions.use.groups']]],
    [{ permissions: { createOnBehalf: { to: 'everyone' } } }, expect.arrayContaining([expect.anything()])],
    [
      { network: { reverseProxy: { trusted: ['::/0'], shape: 'x' } } },
      expect.arrayContaining([expect.anything()]),
    ],
    [{ netwrok: {} }, [['unknown-key', 'netwrok']]],
    [JSON.parse('{"__proto__":{"version":2}}'), [['unknown-key', '__proto__']]],
    [{ validity: null }, [['wrong-type', 'validity']]],
    [{ version: 2 }, [['not-an-option', 'version']]],
  ])('SF the merged document is judged strictly: %j', (partial, expected) => {
    expect(problems(partial)).toEqual(expected);
  });
});
