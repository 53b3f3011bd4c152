import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { httpBindingCases } from '../../src/index.ts';

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

test('BI-4 the binding that the documentation shows runs as it stands and passes its suite', () => {
  const page = readFileSync(path.join(folder, '..', '..', 'docs', 'extend', 'writing-a-binding.md'), 'utf8');
  const program = /```js\n(.*?)```/s.exec(page)?.[1] ?? '';
  const args = ['--input-type=module', '-e', program];
  const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  expect(stdout).toBe(`${httpBindingCases().length} passed\n`);
});
