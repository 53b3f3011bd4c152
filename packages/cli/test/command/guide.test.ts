import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { latchkey } from '../program.ts';

const root = path.join(import.meta.dirname, '../../../..');

it('IM-1 the transcript in the guide is what the program says', async () => {
  const guide = readFileSync(path.join(root, 'docs/guide/changing-settings.md'), 'utf8');
  const [, command = '', expected = ''] = /```console\n\$ npx latchkey (.*?)\n(.*?)```/s.exec(guide) ?? [];
  const argv = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  const files = argv.map((word) => (word.startsWith('examples/') ? path.join(root, word) : word));
  const { status, out, err } = await latchkey(files);
  expect([status, err]).toEqual([0, '']);
  expect(out).toBe(expected);
});
