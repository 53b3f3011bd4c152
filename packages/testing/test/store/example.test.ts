import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { tokenStoreCases } from '../../src/index.ts';

const folder = path.join(import.meta.dirname, '../../../../examples/custom-store');

describe('the example of a store', () => {
  it('ST-4 passes the kit as somebody runs it who installed the packages', () => {
    const args = ['--test', '--test-reporter=tap', 'store.test.mjs'];
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
    expect(stdout + stderr).toContain(`# pass ${tokenStoreCases().length}`);
    expect(stdout).toContain('# fail 0');
    expect(status).toBe(0);
  });

  it('ST-4 is no longer than somebody reads', () => {
    expect(readFileSync(path.join(folder, 'store.mjs'), 'utf8').split('\n').length).toBeLessThanOrEqual(121);
  });
});
