import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { refusalStatus } from '../src/index.ts';
import { refusal } from '../src/refusal.ts';

const core = new URL('../../core/src/', import.meta.url);
const sources = [
  ...readdirSync(new URL('operation/', core)).map((name) => `operation/${name}`),
  'latchkey.ts',
  'token/scope.ts',
  'token/validity.ts',
];

/** The codes that a source refuses with, by how core writes them. */
const codesIn = (text: string): readonly string[] =>
  [...text.matchAll(/\bissue\(\s*'([a-z-]+)'|\bcode: '([a-z-]+)'/g)].map(
    ([, first, second]) => first ?? second ?? '',
  );

test('MA-2 every code that an operation of core refuses with has its status, and no other has one', () => {
  const codes = new Set(sources.flatMap((file) => codesIn(readFileSync(new URL(file, core), 'utf8'))));
  // A finding of an issued token, which refuses nothing.
  codes.delete('subject-lacks-use');
  expect([...codes].sort()).toEqual([...refusalStatus.keys()].sort());
});

test('MA-2 a refusal is a problem with its path; an outage says when to come back', async () => {
  const reply = refusal({ code: 'label-malformed', path: ['label'], message: 'Too long.', hint: 'Shorter.' });
  expect(reply.status).toBe(422);
  expect(reply.headers.get('content-type')).toBe('application/problem+json');
  expect(await reply.json()).toEqual({
    type: 'about:blank',
    title: 'Unprocessable Content',
    status: 422,
    detail: 'Too long.',
    reason: 'label-malformed',
    errors: [{ code: 'label-malformed', path: ['label'], message: 'Too long.', hint: 'Shorter.' }],
  });
  const outage = refusal({ code: 'unavailable', path: [], message: 'Down.' });
  expect([outage.status, outage.headers.get('retry-after')]).toEqual([503, '5']);
  expect(await outage.json()).not.toHaveProperty('errors');
});
