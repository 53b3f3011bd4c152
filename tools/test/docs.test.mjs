import { expect, test } from 'vitest';
import { renderDecisionTable, renew } from '../docs.mjs';

const reason = { publicReason: 'r', publicWords: 'p', administratorWords: 'a', anchor: 'r' };

test('the table shows each row, blank for any value, and the status of a deny', () => {
  const core = {
    domains: { surface: ['rest', 'remote', 'other'], path: ['clean', 'suspicious'] },
    decisionTable: [
      {
        id: 'guard',
        when: { surface: ['rest', 'remote'], path: 'suspicious' },
        then: { effect: 'deny', reason: 'bad' },
      },
      { id: 'rest', when: {}, then: { effect: 'defer', reason: 'other' } },
    ],
    reasons: { bad: { ...reason, status: 400 }, other: { ...reason, status: null } },
  };
  expect(renderDecisionTable(core)).toBe(
    [
      '| row | surface | path | effect | reason |',
      '| --- | --- | --- | --- | --- |',
      '| guard | rest\\|remote | suspicious | deny 400 | bad |',
      '| rest | | | defer | other |',
    ].join('\n'),
  );
});

test('only the part between the marks is renewed, and again to the same text', () => {
  const before = 'Intro\n<!-- generated:x -->\nold\n<!-- /generated:x -->\nOutro\n';
  const after = renew(before, 'x', 'new');
  expect(after).toBe('Intro\n<!-- generated:x -->\n\nnew\n\n<!-- /generated:x -->\nOutro\n');
  expect(renew(after, 'x', 'new')).toBe(after);
});

test('a file without the marks is not touched', () => {
  expect(renew('Intro', 'x', 'new')).toBeNull();
  expect(renew('<!-- /generated:x --> <!-- generated:x -->', 'x', 'new')).toBeNull();
  expect(renew(null, 'x', 'new')).toBeNull();
  expect(renew(null, undefined, 'new')).toBe('new\n');
});
