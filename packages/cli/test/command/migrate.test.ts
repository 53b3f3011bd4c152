import { readFileSync } from 'node:fs';
import path from 'node:path';
import { defaultSettings, hosts, parseSettings } from '@latchkey/core';
import { expect, it } from 'vitest';
import { fileWith, latchkey } from '../program.ts';

const vectors = path.join(import.meta.dirname, '../../../core/test/vectors/migrations');
const oldest = fileOf('before-1.3.json');

/** The first document of a file of frozen documents. */
function fileOf(name: string): string {
  const frozen = JSON.parse(readFileSync(path.join(vectors, name), 'utf8'));
  const first = Array.isArray(frozen) ? frozen[0] : frozen;
  return JSON.stringify(first.document ?? first);
}

it('CL migrate prints settings of this version on standard output and the notes on standard error', async () => {
  const { status, out, err } = await latchkey(['migrate', fileWith(oldest)]);
  expect(status).toBe(0);
  expect(parseSettings(JSON.parse(out), hosts.jira).ok).toBe(true);
  expect(err).toMatch(/^note [a-z-]+: /);
});

it('CL migrate speaks JSON, and leaves settings of this version as they are', async () => {
  const current = defaultSettings(hosts.confluence);
  const { out, err } = await latchkey([
    'migrate',
    fileWith(JSON.stringify(current)),
    '--host',
    'confluence',
    '--json',
  ]);
  expect([JSON.parse(out), err]).toEqual([{ settings: current, notes: [] }, '']);
});

it('CL migrate refuses what it does not know, and ends with 2', async () => {
  const { status, out, err } = await latchkey(['migrate', fileWith('{"colour": "blue"}')]);
  expect([status, out]).toEqual([2, '']);
  expect(err).not.toBe('');
});
