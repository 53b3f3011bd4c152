import { decisionTable, domains } from '@latchkey/core';
import { expect, it } from 'vitest';
import { latchkey } from '../program.ts';

it('CL prints the decision table as Markdown', async () => {
  const { status, out } = await latchkey(['table']);
  const lines = out.trimEnd().split('\n');
  expect([status, lines.length]).toEqual([0, decisionTable.length + 2]);
  expect(lines[0]).toBe(
    '| id | surface | path | credential | fallback | address | token | scope | attempts | effect | reason |',
  );
  expect(lines).toContain(
    '| path-guard | rest\\|remote | suspicious |  |  |  |  |  |  | deny 400 | path-suspicious |',
  );
  expect(lines).toContain(
    '| accepted | rest | clean | presented |  | allowed | live | covers |  | allow | token-accepted |',
  );
});

it('CL prints the decision table as JSON', async () => {
  const { status, out } = await latchkey(['table', '--json']);
  const table = JSON.parse(out);
  expect([status, table.domains]).toEqual([0, domains]);
  expect(table.rows.map(({ id }: { id: string }) => id)).toEqual(decisionTable.map(({ id }) => id));
  expect(table.rows.find(({ id }: { id: string }) => id === 'use-not-granted')).toEqual({
    id: 'use-not-granted',
    when: {
      surface: 'rest',
      path: 'clean',
      credential: 'presented',
      address: 'allowed',
      token: 'use-not-granted',
    },
    effect: 'deny',
    reason: 'use-not-granted',
    status: 403,
  });
});
