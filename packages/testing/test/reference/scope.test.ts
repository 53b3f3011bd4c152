import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arb, referenceTarget } from '../../src/index.ts';
import { scopeOf } from '../../src/reference/scope.ts';

const host = fc
  .sample(arb.host, { numRuns: 50, seed: 1 })
  .find(({ name, contextPath }) => name === 'jira' && contextPath === '');
if (host === undefined) throw new TypeError('no jira among the hosts');

const read = (method: string, target: string, ...headers: [string, string][]): string =>
  scopeOf('read-only', { method, target, headers, peer: undefined }, referenceTarget(target, host), host);

describe('reference scope', () => {
  it.each([
    ['SC-1', 'GET', '/rest/x', 'covers'],
    ['SC-1', 'HEAD', '/rest/x', 'covers'],
    ['SC-1', 'OPTIONS', '/rest/x', 'covers'],
    ['SC-1', 'get', '/rest/x', 'exceeds'],
    ['SC-1', 'POST', '/rest/x', 'exceeds'],
    ['SC-2', 'POST', '/rest/auth/1/session', 'covers'],
    ['SC-2', 'POST', '/rest/auth/latest/session?x', 'covers'],
    ['SC-2', 'POST', 'http://host/rest/auth/1/session', 'covers'],
    ['SC-2', 'POST', '/rest/latchkey/1/tokens', 'covers'],
    ['SC-2', 'PUT', '/rest/latchkey/1/tokens', 'exceeds'],
    ['SC-2', 'POST', '/rest/auth/1/session/', 'exceeds'],
    ['SC-2', 'POST', '/rest/auth/1/sessio%6e', 'exceeds'],
    ['SC-2', 'POST', '/rest/auth/2/session', 'exceeds'],
    ['SC-4', 'GET', '/rest/x?_method=GET', 'covers'],
    ['SC-4', 'GET', '/rest/x?_method=DELETE', 'exceeds'],
    ['SC-4', 'GET', '/rest/x?_method=GET&_method=GET', 'exceeds'],
    ['SC-4', 'GET', '/rest/x?_method', 'exceeds'],
    ['SC-4', 'GET', '/rest/x?%5FMETHOD=get', 'exceeds'],
    ['SC-4', 'GET', '/rest/x?X-HTTP-Method-Override=%47ET', 'exceeds'],
    ['SC-4', 'POST', '/rest/x?_method=GET', 'exceeds'],
    ['SC-4', 'POST', '/rest/auth/1/session?_method=PUT', 'exceeds'],
  ])('%s %s %s %s', (_clause, method, target, expected) => {
    expect(read(method, target)).toBe(expected);
  });

  it('SC-4 reads overrides from headers, together with those of the query', () => {
    expect(read('GET', '/rest/x', ['x-http-method', 'HEAD'])).toBe('covers');
    expect(read('GET', '/rest/x', ['X-Method-Override', 'PUT'])).toBe('exceeds');
    expect(read('GET', '/rest/x?_method=GET', ['X-HTTP-Method-Override', 'GET'])).toBe('exceeds');
    expect(read('GET', '/rest/x', ['X-Method', 'PUT'])).toBe('covers');
  });

  it('SC-4 leaves a read-write token alone', () => {
    const request = { method: 'DELETE', target: '/rest/x?_method=PUT', headers: [], peer: undefined };
    expect(scopeOf('read-write', request, referenceTarget(request.target, host), host)).toBe('covers');
  });
});
