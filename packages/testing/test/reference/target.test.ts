import type { HostProfile } from '@latchkey/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arb, referenceTarget } from '../../src/index.ts';

const profiles = fc.sample(arb.host, { numRuns: 200, seed: 1 });
const named = (name: string): HostProfile => {
  const found = profiles.find((profile) => profile.name === name && profile.contextPath === '');
  if (found === undefined) throw new TypeError(`no host ${name}`);
  return found;
};
const confluence = named('confluence');

const read = (target: string, host = confluence): string => {
  const { surface, suspicious } = referenceTarget(target, host);
  return suspicious ? `${surface}, suspicious` : surface;
};

describe('reference target', () => {
  it.each([
    '/rest',
    '/rest/',
    '/rest/api?x=..;/%00',
    '/rest/branches/feature%2Fone',
    '/rest/a%252Fb',
    '/rest/100%25',
    '/rest/a%3Bb',
    '/rest/a%3Fb',
    '/rest/a%23b',
    '/rest/..foo',
    '/rest/a..b',
    '/rest/...',
    '/rest/main...feature',
    '/rest/caf%C3%A9',
    'http://host/rest/api',
    'https://host:8443/rest',
  ])('TA-4 finds %s clean', (target) => {
    expect(read(target)).toBe('rest');
  });

  it.each([
    '/',
    '/restful',
    '/x/rest',
    '*',
    '/secure?/rest/',
    'http://host',
    '*?x',
    '/x/..;/y',
    '//secure',
    '/caf%C3%A9',
    '/a;b',
  ])('TA-2 leaves %s ungoverned', (target) => {
    expect(read(target)).toBe('other');
  });

  it.each([
    '/rest/..;/secure',
    '/rest/../secure',
    '/rest/%2e%2e/secure',
    '/rest/%252e%252e/x',
    '/rest/./x',
    '/rest/..%2fx',
    '/x/..;/rest/api',
    '/REST/api',
    '/%72est/api',
    '/%2572est',
    '/rest%252fapi',
    '/rest%2Fapi',
    '//rest/api',
    '/x/../rest',
    '\\rest\\api',
    '/\\rest/api',
    '/rest;x/api',
    '/rest/a;b',
    '/rest/a\\b',
    '/rest/a#b',
    '/rest/a b',
    '/rest/é',
    '/rest/%00',
    '/rest/%0a',
    '/rest/%zz',
    '/rest/%',
    '/rest/%u0041',
    '/rest/%ff',
    '/rest/%c0%af',
    '/%c0%afrest/x',
    '/%u0072est/x',
    '/rest%20/api',
    '/rest./api',
    '/rest%00/api',
    '/re%09st/api',
    '/ｒest/api',
    '/re%C5%BFt/api',
    '/%EF%BC%8Frest',
    '',
    'rest/api',
    'host:443',
    'ftp://host/rest',
    'http://user@host/',
    'http://',
    'http:///rest',
    '/rest%3Fx',
    '/x%2f..%2frest',
    '/rest/a%5C..%5Cb',
    '/rest/a/..%3Bx/b',
    '/x/..%20/rest/api',
    '/.../rest/api',
    '//x/rest/api',
    '/r%0aest/../x',
    '/rest/%C2%85',
    'http://host:x/rest',
  ])('TA-3 suspects %s', (target) => {
    expect(read(target)).toBe('rest, suspicious');
  });

  it.each([
    ['/rpc/xmlrpc', 'remote'],
    ['/rpc/xmlrpc2', 'other'],
    ['/rpc/soap-axis/x', 'remote'],
    ['/rpc/soap/../xmlrpc', 'remote, suspicious'],
    ['/RPC/xmlrpc', 'remote, suspicious'],
    ['/rpc/xmlrpc/../../rest/x', 'rest, suspicious'],
  ])('TA-2 reads %s as %s', (target, expected) => {
    expect(read(target)).toBe(expected);
  });

  it('TA-2 looks below the context path', () => {
    const host = { ...confluence, contextPath: '/Wiki' };
    expect(read('/Wiki/rest/x', host)).toBe('rest');
    expect(read('/wiki/rest/x', host)).toBe('rest, suspicious');
    expect(read('/rest/x', host)).toBe('other');
    expect(read('/Wiki/../rest/x', host)).toBe('other');
    expect(read('/rest/../Wiki/rest/x', host)).toBe('rest, suspicious');
  });

  it('TA-3 suspects what is longer than 8 KiB', () => {
    expect(read('/rest/'.padEnd(8_192, 'a'))).toBe('rest');
    expect(read('/rest/'.padEnd(8_193, 'a'))).toBe('rest, suspicious');
    expect(read('/secure?'.padEnd(8_193, 'a'))).toBe('rest, suspicious');
    expect(read('/rpc/xmlrpc?'.padEnd(8_193, 'a'))).toBe('remote, suspicious');
    expect(read('/rpc/xmlrpc/'.padEnd(8_193, 'a'))).toBe('rest, suspicious');
  });

  it('TA-5 calls nothing suspicious that is not governed', () => {
    const where = arb.host.chain((host) => arb.target(host).map((target) => ({ host, target })));
    fc.assert(
      fc.property(where, ({ host, target }) => {
        const answer = referenceTarget(target, host);
        expect(answer.surface === 'other' && answer.suspicious).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });
});
