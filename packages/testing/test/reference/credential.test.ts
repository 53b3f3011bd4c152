import type { HostProfile } from '@latchkey/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arb } from '../../src/index.ts';
import { parseCredential } from '../../src/reference/credential.ts';

const [sample] = fc.sample(arb.host, { numRuns: 1, seed: 1 });
const host: HostProfile = { ...(sample as HostProfile), tokenHeader: 'X-API-Key' };
const base64 = (text: string): string => Buffer.from(text).toString('base64');

function read(headers: readonly (readonly [string, string])[]): string {
  const credential = parseCredential({ method: 'GET', target: '/', headers, peer: undefined }, host);
  if (credential.kind !== 'presented') return credential.kind;
  return `${credential.via} ${credential.username ?? '-'} ${credential.secret}`;
}

describe('reference credential', () => {
  it.each([
    ['CR-1', '', 'malformed'],
    ['CR-1', 'Basic', 'malformed'],
    ['CR-1', 'Bearer  ', 'malformed'],
    ['CR-1', 'Basic:x', 'malformed'],
    ['CR-1', `Basic\t${base64('a:b')}`, 'malformed'],
    ['CR-1', `Basic\u00a0${base64('a:b')}`, 'malformed'],
    ['CR-1', `\t bAsIc   ${base64('a:b')} `, 'basic a b'],
    ['CR-1', `Bearer ${'a'.repeat(8_185)}`, `bearer - ${'a'.repeat(8_185)}`],
    ['CR-1', `Bearer ${'a'.repeat(8_186)}`, 'malformed'],
    ['CR-2', `Basic ${base64('a:b:c')}`, 'basic a b:c'],
    ['CR-2', `Basic ${base64('ä: ')}`, 'basic ä  '],
    ['CR-2', `Basic ${base64(':')}`, 'basic  '],
    ['CR-2', `Basic ${base64('nocolon')}`, 'malformed'],
    ['CR-2', 'Basic YTpiYz==', 'malformed'],
    ['CR-2', 'Basic YTpiYw', 'malformed'],
    ['CR-2', 'Basic wK86Yg==', 'malformed'],
    ['CR-2', `Basic ${base64('a:\u007f')}`, 'malformed'],
    ['CR-2', `Basic ${base64('\ufeffa:b')}`, 'basic \ufeffa b'],
    ['CR-3', 'Bearer abc==', 'bearer - abc=='],
    ['CR-3', 'Bearer a=b', 'malformed'],
    ['CR-5', 'Negotiate YII=', 'foreign'],
    ['CR-5', 'hunter2', 'foreign'],
  ])('%s reads %j', (_clause, line, expected) => {
    expect(read([['authorization', line]])).toBe(expected);
  });

  it('CR-1 refuses two lines, and CR-4 a token header beside Authorization or twice', () => {
    const line = ['Authorization', 'Bearer abc'] as const;
    const key = ['x-api-key', ' abc '] as const;
    expect(read([])).toBe('none');
    expect(read([key])).toBe('header - abc');
    for (const headers of [
      [line, line],
      [line, key],
      [key, key],
    ])
      expect(read(headers)).toBe('malformed');
  });

  it('CR-2 reads the base64 that the platform writes, and only that', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string(), (name, secret) => {
        const pair = `${name.replaceAll(':', '')}:${secret}`;
        const hasControl = [...pair].some((character) => character < ' ' || character === '\u007f');
        const [username, ...rest] = pair.split(':');
        const expected = hasControl ? 'malformed' : `basic ${username} ${rest.join(':')}`;
        expect(read([['Authorization', `Basic ${base64(pair)}`]])).toBe(expected);
      }),
    );
  });
});
