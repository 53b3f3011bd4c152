import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyTarget, type Target } from '../../src/parse/target.ts';
import targets from '../vectors/targets.json' with { type: 'json' };
import { anyRules, hostile, hostOf, jira } from './hostile.ts';

interface Vector {
  readonly clause: string;
  readonly host: string;
  readonly target: string;
  readonly surface: Target['surface'];
  readonly suspicious: boolean;
}

const vectors = targets as readonly Vector[];

describe('vectors', () => {
  for (const { clause, host, target, surface, suspicious } of vectors) {
    it(`${clause} ${host} ${JSON.stringify(target)} is ${surface}, ${suspicious ? 'suspicious' : 'clean'}`, () => {
      const answer = classifyTarget(target, hostOf(host));
      expect({ surface: answer.surface, suspicious: answer.suspicious }).toEqual({ surface, suspicious });
      expect(answer.why.length > 0).toBe(suspicious);
    });
  }
});

describe('TA-1 forms', () => {
  it.each([
    ['/rest/a?b?c', '/rest/a'],
    ['/rest/a', '/rest/a'],
    ['/rest/%41;x/../#?y', '/rest/%41;x/../#'],
    ['http://h:80/rest/a?b', '/rest/a'],
    ['HtTpS://h', '/'],
    ['http://h?/rest', '/'],
    ['*', '*'],
    ['http://u@h/x?y', 'http://u@h/x'],
    ['h:443', 'h:443'],
  ])('TA-1 the path of %j is %j', (target, path) => {
    expect(classifyTarget(target, jira).path).toBe(path);
  });

  it('TA-1 the query changes nothing', () => {
    fc.assert(
      fc.property(hostile, hostile, anyRules, (before, query, host) => {
        const path = before.replaceAll('?', '');
        expect(classifyTarget(`${path}?${query}`, host)).toEqual(classifyTarget(path, host));
      }),
    );
  });

  it('TA-1 an absolute form is read as its path', () => {
    fc.assert(
      fc.property(hostile, anyRules, (rest, host) => {
        expect(classifyTarget(`https://h.example:1/${rest}`, host)).toEqual(classifyTarget(`/${rest}`, host));
      }),
    );
  });
});

describe('TA-3 codes', () => {
  it.each<[string, readonly string[]]>([
    ['/rest/api', []],
    ['/x/%72est', []],
    ['/%72est', ['readings-disagree']],
    ['/REST', ['case-only']],
    ['/rest/a/../b', ['dot-segment']],
    ['/rest/%07', ['control-character']],
    ['/rest/a;b', ['semicolon']],
    ['/rest/a\\b', ['backslash']],
    ['/rest/a#b', ['fragment']],
    ['/rest/a b', ['space']],
    ['/rest/\u00e9', ['non-ascii']],
    ['/rest/%zz', ['escape-malformed']],
    ['/rest/%u0041', ['escape-malformed']],
    ['/rest/%FF', ['escape-not-utf8']],
    ['/rest/..;/secure', ['readings-disagree', 'dot-segment', 'semicolon']],
    ['rest', ['form-unknown']],
    [
      `/${'/x;.%2f\\.. %20#%252e.'.repeat(50)}`,
      ['too-many-readings', 'dot-segment', 'semicolon', 'backslash', 'fragment', 'space'],
    ],
    // Enough is known after two readings, so that a dot segment in the fourth is not looked for.
    ['/rest;x/a/%252e%252e', ['readings-disagree', 'semicolon']],
    [`/rest/${';a'.repeat(5000)}`, ['too-long']],
    [`/rest/${'a'.repeat(8184)};b?q`, ['too-long', 'semicolon']],
    [`/x?${'a'.repeat(8190)}`, ['too-long']],
    [`/rest/a;b?${'a'.repeat(8190)}`, ['too-long', 'semicolon']],
  ])('TA-3 %j gives %j', (target, why) => {
    expect(classifyTarget(target, jira).why).toEqual(why);
  });

  it('TA-3 two surfaces that only letters of another case lead to are one code', () => {
    expect(classifyTarget('/REST/../RPC/SOAP/x', hostOf('confluence')).why).toEqual([
      'case-only',
      'dot-segment',
    ]);
  });

  it('TA-3 a target of 8 KiB is read, one character more is suspicious whatever it holds', () => {
    const [longest, longer] = [`/x/${'a'.repeat(8189)}`, `/x/${'a'.repeat(8190)}`];
    expect(longest).toHaveLength(8192);
    expect(classifyTarget(longest, jira)).toMatchObject({ surface: 'other', suspicious: false });
    expect(classifyTarget(longer, jira)).toEqual({
      surface: 'rest',
      suspicious: true,
      why: ['too-long'],
      path: longer,
    });
    expect(classifyTarget(`/x?${'a'.repeat(8189)}`, jira)).toMatchObject({
      surface: 'other',
      suspicious: false,
    });
    const query = `?${'a'.repeat(8192)}`;
    expect(classifyTarget(`/x${query}`, jira)).toMatchObject({
      surface: 'rest',
      suspicious: true,
      path: '/x',
    });
    expect(classifyTarget(`*${query}`, jira)).toMatchObject({ surface: 'rest', suspicious: true });
    expect(classifyTarget(`/rpc/soap${query}`, hostOf('confluence'))).toMatchObject({
      surface: 'remote',
      suspicious: true,
    });
    expect(classifyTarget(`http://h/${longer}`, jira)).toMatchObject({ surface: 'rest', why: ['too-long'] });
  });

  it('TA-3 suspicion, codes and surface go together, and no string makes it throw', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          hostile,
          fc.string({ unit: 'binary' }),
          hostile.map((text) => `/${text}`),
        ),
        anyRules,
        (target, host) => {
          const answer = classifyTarget(target, host);
          expect(answer.why.length > 0).toBe(answer.suspicious);
          if (answer.surface === 'other') expect(answer.suspicious).toBe(false);
          expect(target.split('?')[0]?.endsWith(answer.path) || answer.path === '/').toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('TA-2 smuggling in', () => {
  it('TA-2 a governed path stays governed behind any disguise, and is suspicious', () => {
    const disguises: readonly ((path: string) => string)[] = [
      (path) => path.replaceAll('rest', '%72est'),
      (path) => path.replaceAll('rest', 'rest;v=1'),
      (path) => `/x/..;${path}`,
      (path) => `/x/%2e%2e${path}`,
      (path) => `/${path}`,
      (path) => path.replaceAll('/', '\\').replace('\\', '/'),
      (path) => path.replaceAll('rest', 'rest.'),
      (path) => path.replaceAll('rest', 're\uff53t'),
      (path) => path.replaceAll('%', '%25').replace('e', '%65'),
      (path) => `/x%2f..${path.replaceAll('/', '%2f')}`,
    ];
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...disguises), { minLength: 1, maxLength: 2 }), (chosen) => {
        const target = chosen.reduce((path, disguise) => disguise(path), '/rest/api');
        expect(classifyTarget(target, jira)).toMatchObject({ surface: 'rest', suspicious: true });
      }),
    );
  });
});
