import { expect, test } from 'vitest';
import { checkClauses, clausesIn, clausesOfTitle } from '../clauses.mjs';

test('a clause is defined at the start of a line, however it is marked', () => {
  const text = [
    '# Scopes (SC)',
    '- SC-1 covers, and SC-9 is only mentioned',
    '- **SC-2** two',
    '### SC-3: three',
    '| SC-4 | four |',
    'SC-5. five',
    '- **[SC-6](#sc-6)** six',
    '<a id="sc-7"></a> SC-7 seven',
    '- DE-1…DE-4 see elsewhere',
    '```',
    '- XX-1 an example',
    '```',
  ].join('\n');
  expect(clausesIn(text)).toEqual(['SC-1', 'SC-2', 'SC-3', 'SC-4', 'SC-5', 'SC-6', 'SC-7']);
});

test.each([
  ['SC-1 covers', ['SC-1']],
  ['SC-1: covers SC-2', ['SC-1']],
  ['SC-1, SC-2 cover', ['SC-1', 'SC-2']],
  ['SC-1/VA-2 cover', ['SC-1', 'VA-2']],
  ['SC-1 and SC-4 cover', ['SC-1', 'SC-4']],
  ['SC-1…SC-4 cover', ['SC-1', 'SC-2', 'SC-3', 'SC-4']],
  ['SC-10 covers', ['SC-10']],
  ['covers SC-1', []],
  ['SC-1x', []],
  ['', []],
])('the title %j proves %j', (title, clauses) => {
  expect(clausesOfTitle(title)).toEqual(clauses);
});

test('a clause needs a test or a reason, and never both', () => {
  const clauses = ['SC-1', 'SC-2', 'SC-3'];
  const open = { 'SC-3': 'Part of the console.' };
  expect(checkClauses(clauses, [['SC-1 one'], ['scope', 'SC-2 two']], open)).toEqual([]);
  expect(checkClauses(clauses, [['SC-1 one']], open)).toEqual([expect.stringMatching(/^SC-2 has no test/)]);
  const all = [['SC-1…SC-3 all']];
  expect(checkClauses(clauses, all, open)).toEqual([expect.stringMatching(/^SC-3 is listed .* has a test/)]);
});

test('unknown clauses and empty reasons are found', () => {
  expect(checkClauses(['SC-1'], [['SC-1 one'], ['SC-2 two']], { 'SC-7': 'Later.' })).toEqual([
    expect.stringMatching(/^SC-2 is the title/),
    expect.stringMatching(/^SC-7 is listed/),
  ]);
  expect(checkClauses(['SC-1'], [], { 'SC-1': ' ' })).toEqual(['SC-1 is open without a reason']);
});
