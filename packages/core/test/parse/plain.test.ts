import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyPath, classifyPlain, classifyTarget } from '../../src/parse/target.ts';
import { anyRules, hostile, jira } from './hostile.ts';

const plainSegment = fc.oneof(
  fc.constantFrom('rest', 'Rest', 'REST', 'rpc', 'xmlrpc', 'soap', 'jira', 'JIRA', 'restful', '..a', 'a..b'),
  fc
    .string({ unit: fc.constantFrom(..."abzABZ019_~!$&'()*+,=:@.-"), minLength: 1, maxLength: 6 })
    .map((text) => text.replace(/\.+$/, 'x')),
);
const plainPath = fc
  .tuple(fc.array(plainSegment, { maxLength: 5 }), fc.boolean())
  .map(([segments, slash]) => `/${segments.join('/')}${slash && segments.length > 0 ? '/' : ''}`);

describe('TA-6 the fast path', () => {
  it('TA-6 is taken for plain targets and agrees with the full path', () => {
    fc.assert(
      fc.property(plainPath, anyRules, (path, host) => {
        const fast = classifyPlain(path, host);
        expect(fast).not.toBeNull();
        expect(fast).toEqual(classifyPath(path, host));
        expect(classifyPlain(`${path}?a=%zz;#`, host)).toEqual(fast);
      }),
      { numRuns: 1000 },
    );
  });

  it('TA-6 agrees with the full path wherever it answers at all', () => {
    fc.assert(
      fc.property(hostile, anyRules, (text, host) => {
        const path = `/${text.replaceAll('?', '')}`;
        const fast = classifyPlain(path, host);
        if (fast !== null) expect(fast).toEqual(classifyPath(path, host));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    '',
    'x',
    '*',
    '//',
    '/a//b',
    '/.',
    '/..',
    '/a.',
    '/a./b',
    '/./a',
    '/a;b',
    '/%41',
    '/a\\b',
    '/a#',
    '/a b',
    '/\u00e9',
    '/a|b',
    '/a\0',
  ])('TA-6 is not taken for %j', (target) => {
    expect(classifyPlain(target, jira)).toBeNull();
  });

  it('TA-6 shares the list of codes', () => {
    expect(classifyTarget('/rest/a', jira).why).toBe(classifyTarget('/x/b', jira).why);
    expect(Object.isFrozen(classifyTarget('/rest/a', jira).why)).toBe(true);
    expect(Object.isFrozen(classifyTarget('/REST/a', jira).why)).toBe(true);
  });
});
