import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { expect, it } from 'vitest';
import { exampleFile, fileWith, jsonLines, sampleTokens, scenarioWith } from './program.ts';

// `npm test` builds before it tests, so the program that is installed is there.
const program = path.join(import.meta.dirname, '../bin/latchkey.js');
const latchkey = (argv: readonly string[], input = '') =>
  spawnSync(process.execPath, [program, ...argv], { input, encoding: 'utf8', maxBuffer: 1 << 28 });

it('SF-1 the built program simulates, from a file and from standard input', () => {
  const fromFile = latchkey(['simulate', exampleFile('every-row.json'), '--json']);
  expect([fromFile.status, fromFile.stderr]).toEqual([0, '']);
  expect(jsonLines(fromFile.stdout)).toHaveLength(30);
  expect(latchkey(['simulate', '-', '--json'], scenarioWith()).stdout).toContain('"row":"accepted"');
});

it('SF-2, CL the built program ends with 1 for failed expectations and 2 for errors', () => {
  const failing = scenarioWith({
    requests: [{ method: 'GET', target: '/rest/x', expect: { effect: 'deny' } }],
  });
  const failed = latchkey(['test', '-'], failing);
  expect([failed.status, failed.stderr]).toEqual([1, '']);
  expect(failed.stdout).toMatch(/\n0 passed, 1 failed\n$/);
  const bad = latchkey(['test', fileWith('{')]);
  expect([bad.status, bad.stdout]).toEqual([2, '']);
  expect(bad.stderr).toContain('This is not JSON');
});

it('SF-1 a reader that has seen enough is no error', async () => {
  const request = {
    method: 'GET',
    target: '/rest/x',
    headers: [['Authorization', `Bearer ${sampleTokens.ada}`]],
  };
  const file = fileWith(scenarioWith({ requests: Array.from({ length: 20_000 }, () => request) }));
  const child = spawn(process.execPath, [program, 'simulate', file, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaints = '';
  child.stderr.on('data', (part) => {
    complaints += String(part);
  });
  child.stdout.once('data', () => child.stdout.destroy());
  const [status] = await once(child, 'close');
  expect([status, complaints]).toEqual([0, '']);
});
