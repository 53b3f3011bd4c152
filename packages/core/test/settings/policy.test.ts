import { describe, expect, it } from 'vitest';
import { compilePolicy, defaultSettings, hosts, LatchkeyError, type Settings } from '../../src/index.ts';

describe('compilePolicy', () => {
  it('SE-3 a policy is frozen through and through, and later changes to its inputs do not reach it', () => {
    const settings = structuredClone(defaultSettings(hosts.generic)) as {
      network: { allow: string[] };
    } & Settings;
    const host = { ...hosts.generic, governed: ['/api/'] };
    const policy = compilePolicy(settings, host);
    settings.network.allow.push('10.0.0.0/8');
    host.governed.push('/');
    expect(policy.settings.network.allow).toEqual([]);
    expect(policy.host.governed).toEqual(['/api/']);
    for (const part of [
      policy,
      policy.settings,
      policy.settings.network,
      policy.settings.network.allow,
      policy.host,
    ])
      expect(Object.isFrozen(part)).toBe(true);
  });

  it.each(Object.values(hosts))('SE-3 a policy holds all of the profile of $name', (host) => {
    expect(compilePolicy(defaultSettings(host), host).host).toEqual(host);
  });

  it('SE-3 everything that is wrong is named when compiling, not when deciding', () => {
    const settings = defaultSettings(hosts.jira);
    const bad = { ...settings, network: { ...settings.network, allow: ['10.0.0.1/8', 'any'] } };
    expect(() => compilePolicy(bad, hosts.jira)).toThrow(LatchkeyError);
    expect(() => compilePolicy(bad, hosts.jira)).toThrow(/network\.allow\.0.*network\.allow\.1/s);
  });
});
