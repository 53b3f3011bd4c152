import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Scope } from '../../src/token/record.ts';
import { isSafeMethod, narrower, scopeCovers, scopeForOwn } from '../../src/token/scope.ts';

const demand = (method: string, overrides: readonly string[] = [], exempt = false) => ({
  method,
  overrides,
  exempt,
});
const methods = [
  'GET',
  'HEAD',
  'OPTIONS',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'TRACE',
  'CONNECT',
  'PROPFIND',
  'QUERY',
  'get',
  'Get',
  'GET ',
  '',
];
const scopes: readonly Scope[] = ['read-only', 'read-write'];

describe('what a scope covers', () => {
  it.each(methods)('SC-1 read-only covers %j only if it reads; read-write covers it', (method) => {
    const reads = ['GET', 'HEAD', 'OPTIONS'].includes(method);
    expect(isSafeMethod(method)).toBe(reads);
    expect(scopeCovers('read-only', demand(method))).toBe(reads);
    expect(scopeCovers('read-write', demand(method))).toBe(true);
  });

  it('SC-2 an exempt endpoint is covered whatever the method', () => {
    for (const method of methods)
      for (const scope of scopes) expect(scopeCovers(scope, demand(method, [], true))).toBe(true);
  });

  it.each([
    [['GET'], true],
    [['HEAD'], true],
    [['OPTIONS'], true],
    [['POST'], false],
    [['DELETE'], false],
    [['get'], false],
    [[''], false],
    [['GET '], false],
    [['GET', 'GET'], false],
    [['GET', 'POST'], false],
    [['POST', 'GET'], false],
    [['GET', 'HEAD', 'OPTIONS'], false],
  ])(
    'SC-4 with the overrides %j a read is covered: %s, and so it is on an exempt endpoint',
    (overrides, covered) => {
      expect(scopeCovers('read-only', demand('GET', overrides))).toBe(covered);
      expect(scopeCovers('read-only', demand('POST', overrides, true))).toBe(covered);
      expect(scopeCovers('read-only', demand('GET', overrides, true))).toBe(covered);
      expect(scopeCovers('read-write', demand('GET', overrides))).toBe(true);
    },
  );

  it('SC-4 an override never covers more than its absence', () => {
    const method = fc.constantFrom(...methods);
    fc.assert(
      fc.property(
        method,
        fc.array(method, { maxLength: 3 }),
        fc.boolean(),
        fc.constantFrom(...scopes),
        (own, overrides, exempt, scope) => {
          if (scopeCovers(scope, demand(own, overrides, exempt)))
            expect(scopeCovers(scope, demand(own, [], exempt))).toBe(true);
          if (scopeCovers('read-only', demand(own, overrides, exempt)))
            expect(scopeCovers('read-write', demand(own, overrides, exempt))).toBe(true);
        },
      ),
    );
    expect(scopeCovers('read-only', demand('POST', ['GET']))).toBe(false);
  });
});

describe('the scope of a new token', () => {
  it('SC-3 the narrower of two scopes is read-only if either is', () => {
    expect(scopes.map((a) => scopes.map((b) => narrower(a, b)))).toEqual([
      ['read-only', 'read-only'],
      ['read-only', 'read-write'],
    ]);
  });

  it.each([
    [undefined, false, 'read-write'],
    ['read-write', false, 'read-write'],
    ['read-only', false, 'read-only'],
    [undefined, true, 'read-only'],
    ['read-only', true, 'read-only'],
  ] as const)(
    'SC-3 asking for %s where own tokens are read-only (%s) gives %s',
    (asked, readOnly, expected) => {
      expect(scopeForOwn(asked, { readOnly })).toEqual({ ok: true, value: expected });
      expect(scopeForOwn(asked, { readOnly }, 'read-write')).toEqual({ ok: true, value: expected });
    },
  );

  it('SC-3 asking for read-write where own tokens are read-only is an error', () => {
    expect(scopeForOwn('read-write', { readOnly: true })).toEqual({
      ok: false,
      problem: {
        code: 'scope-not-permitted',
        path: ['scope'],
        message: 'Tokens that users create for themselves are read-only here.',
        hint: 'read-only',
      },
    });
  });

  it('SC-5 read_only_never_begets_read_write', () => {
    for (const readOnly of [true, false]) {
      expect(scopeForOwn(undefined, { readOnly }, 'read-only')).toEqual({ ok: true, value: 'read-only' });
      expect(scopeForOwn('read-only', { readOnly }, 'read-only')).toEqual({ ok: true, value: 'read-only' });
      expect(scopeForOwn('read-write', { readOnly }, 'read-only')).toMatchObject({
        ok: false,
        problem: { code: 'scope-not-permitted', path: ['scope'] },
      });
    }
    expect(scopeForOwn('read-write', { readOnly: false }, 'read-only')).toMatchObject({
      problem: { message: 'A read-only token can create read-only tokens only.' },
    });
  });
});
