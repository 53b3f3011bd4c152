import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { run } from '../src/run.ts';

/** How a run of the program ended. */
export interface Ended {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

async function textOf(stream: PassThrough): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString('utf8');
}

/** Runs the program in this process, on streams of its own. */
export async function latchkey(argv: readonly string[], input = '', isTTY = false): Promise<Ended> {
  const stdout = Object.assign(new PassThrough(), { isTTY });
  const stderr = new PassThrough();
  const texts = Promise.all([textOf(stdout), textOf(stderr)]);
  const status = await run(argv, {
    stdin: Readable.from(input === '' ? [] : [Buffer.from(input)]),
    stdout,
    stderr,
  });
  stdout.end();
  stderr.end();
  const [out, err] = await texts;
  return { status, out, err };
}

/** Writes a file that is gone after the test, and answers its path. */
export function fileWith(content: string | Uint8Array, name = 'scenario.json'): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}

/** The path of an example of the repository. */
export const exampleFile = (name: string): string =>
  path.join(import.meta.dirname, '../../../examples/scenarios', name);

/** The lines of a JSON Lines text. */
export const jsonLines = (text: string): readonly Record<string, unknown>[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

/** Tokens of no installation, for the tests. */
export const sampleTokens = {
  ada: 'lk_owwksfW2FHwU8p9h_FFbkDo3JtPc6YcGlC7hW8kqhcVb1WYRZMss0cESw5qH214gRS',
  grace: 'lk_B8MI7qLiGGWrTjqf_ISve3vS4cGNsNoyTzMwTxS8MU48ku04Wc2iM8lyduN44U2emh',
} as const;

/** A scenario of one token and some requests, with whatever a test changes. */
export const scenarioWith = (changes: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    host: 'jira',
    now: '2026-01-15T12:00:00Z',
    users: [{ name: 'ada' }],
    tokens: [{ token: sampleTokens.ada, subject: 'ada', scope: 'read-only' }],
    requests: [
      {
        name: 'reads',
        peer: '10.0.0.7',
        method: 'GET',
        target: '/rest/api/2/issue/A-1',
        headers: [['Authorization', `Bearer ${sampleTokens.ada}`]],
      },
    ],
    ...changes,
  });
