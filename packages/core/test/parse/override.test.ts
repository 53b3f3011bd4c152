import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overridesOf } from '../../src/parse/override.ts';

type Headers = readonly (readonly [string, string])[];

describe('SC-4 override headers', () => {
  it.each<[Headers, readonly string[]]>([
    [[['X-HTTP-Method-Override', 'PUT']], ['PUT']],
    [[['x-http-method', 'get']], ['get']],
    [[['X-METHOD-OVERRIDE', '']], ['']],
    [[['X-Method-Override', ' GET ']], [' GET ']],
    [
      [
        ['X-HTTP-Method', 'GET'],
        ['Accept', '*/*'],
        ['X-HTTP-Method', 'GET'],
      ],
      ['GET', 'GET'],
    ],
    [
      [
        ['authorization', 'a'],
        ['x-http-methods', 'a'],
        ['y-http-method', 'a'],
        ['x-method-overridf', 'a'],
      ],
      [],
    ],
    [
      [
        ['x-http-method ', 'PUT'],
        ['x_http_method', 'PUT'],
      ],
      [],
    ],
  ])('SC-4 %j give %j', (headers, values) => {
    expect(overridesOf('/rest/a', headers)).toEqual(values);
  });
});

describe('SC-4 override parameters', () => {
  it.each<[string, readonly string[]]>([
    ['/a?_method=DELETE', ['DELETE']],
    ['/a?x=1&_method=DELETE&y=2', ['DELETE']],
    ['/a?_METHOD=put', ['put']],
    ['/a?X-HTTP-Method-Override=PUT', ['PUT']],
    ['/a?%5fmethod=PUT', ['PUT']],
    ['/a?%5F%6d%65%74%68%6f%64=PUT', ['PUT']],
    ['/a?%78-%68ttp-method%2doverride=PUT', ['PUT']],
    [
      `/a?${[...'x-http-method-override'].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join('')}=PUT`,
      ['PUT'],
    ],
    ['/a?_method', ['']],
    ['/a?_method=', ['']],
    ['/a?_method&x=1', ['']],
    ['/a?x&_method=', ['']],
    ['/a?_method==', ['=']],
    ['/a?_method=a=b', ['a=b']],
    ['/a?_method=%47ET', ['%47ET']],
    ['/a?_method=GET+', ['GET+']],
    ['/a?_method=GET?x', ['GET?x']],
    ['/a?_method=GET#x', ['GET#x']],
    ['/a?_method=GET;_method=PUT', ['GET;_method=PUT']],
    ['/a?_method=GET&_method=GET', ['GET', 'GET']],
    ['/a?&&_method=GET&', ['GET']],
    ['http://h/a?_method=PUT', ['PUT']],
    ['?_method=PUT', ['PUT']],
    ['/a?b?_method=PUT', []],
    ['/a&_method=PUT', []],
    ['/a%3F_method=PUT', []],
    ['/a?_method%3DPUT', []],
    ['/a?%255fmethod=PUT', []],
    ['/a?+_method=PUT', []],
    ['/a?_method+=PUT', []],
    ['/a?%_method=PUT', []],
    ['/a?%5_method=PUT', []],
    ['/a?_meth%6=PUT', []],
    ['/a?_methods=PUT', []],
    ['/a?_metho=PUT', []],
    ['/a?x_method=PUT', []],
    ['/a?x-http-method=PUT', []],
    ['/a?=_method', []],
    ['/a?', []],
    ['/a', []],
    ['', []],
  ])('SC-4 %j gives %j', (target, values) => {
    expect(overridesOf(target, [])).toEqual(values);
  });

  it('SC-4 headers come first, then parameters', () => {
    expect(overridesOf('/a?_method=B', [['X-HTTP-Method', 'A']])).toEqual(['A', 'B']);
  });

  it('SC-4 finds a parameter wherever it stands and however its name is escaped', () => {
    const name = fc.constantFrom('_method', 'x-http-method-override').chain((plain) =>
      fc.array(fc.nat(2), { minLength: plain.length, maxLength: plain.length }).map((ways) =>
        [...plain]
          .map((letter, i) => {
            const hex = `%${letter.charCodeAt(0).toString(16)}`;
            return ways[i] === 0 ? letter : ways[i] === 1 ? letter.toUpperCase() : hex;
          })
          .join(''),
      ),
    );
    const other = fc.string({ unit: fc.constantFrom(...'abc=%2+?;/'), maxLength: 6 });
    const value = fc.string({ unit: fc.constantFrom(...'GETput=%2+?;/'), maxLength: 6 });
    fc.assert(
      fc.property(fc.array(other), name, value, fc.array(other), (before, found, text, after) => {
        const query = [...before, `${found}=${text}`, ...after].join('&');
        expect(overridesOf(`/a?${query}`, [])).toEqual([text]);
      }),
    );
  });
});

describe('SC-4 nothing to find', () => {
  it('SC-4 shares one empty list', () => {
    expect(overridesOf('/a?b=c', [['Accept', '*/*']])).toBe(overridesOf('/b', []));
    expect(Object.isFrozen(overridesOf('/b', []))).toBe(true);
  });
});
