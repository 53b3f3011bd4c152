import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startNginx } from '../../../../tools/services/nginx.mjs';
import { raw, withPorts } from './gateway.ts';

const folder = path.join(import.meta.dirname, '../../../../examples/beside-nginx');
const running: ChildProcess[] = [];

/** Starts a program of the example on a free port; answers what it printed, up to a line that holds `last`. */
async function printed(program: string, last: string): Promise<string> {
  const child = spawn(process.execPath, [program], {
    cwd: folder,
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.push(child);
  let text = '';
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    if (text.includes(last) && text.endsWith('\n')) return text;
  }
  throw new Error(`${program} ended before it listened.`);
}

const portIn = (text: string): number => Number(/127\.0\.0\.1:(\d+)/.exec(text)?.[1]);

describe('FA the example beside nginx', () => {
  let nginx: Awaited<ReturnType<typeof startNginx>>;
  let credential = '';
  beforeAll(async () => {
    const [server, latchkey] = await Promise.all([
      printed('server.mjs', 'The server'),
      printed('latchkey.mjs', '-X POST'),
    ]);
    credential = /Authorization: Bearer \S+(?=')/.exec(latchkey)?.[0] ?? '';
    const text = readFileSync(path.join(folder, 'nginx.conf'), 'utf8');
    const config = withPorts(text, portIn(server), portIn(latchkey));
    expect(config).toContain('listen 127.0.0.1:8088;');
    nginx = await startNginx((port) => config.replace('127.0.0.1:8088', `127.0.0.1:${port}`));
  });
  afterAll(async () => {
    await nginx?.stop();
    for (const child of running) child.kill('SIGKILL');
  });

  test('FA a read-only token reads and does not write, and the server learns who asks', async () => {
    expect(await raw(nginx.port, 'GET /api/hello', [credential])).toMatchObject({
      status: 200,
      body: 'Hello ada\n',
    });
    expect((await raw(nginx.port, 'POST /api/hello', [credential], 'x')).status).toBe(403);
  });

  test('FA without a credential the server decides, and a client cannot name itself', async () => {
    const forged = 'X-Latchkey-Subject: ada';
    expect((await raw(nginx.port, 'GET /api/hello', [])).status).toBe(401);
    expect((await raw(nginx.port, 'GET /api/hello', [forged])).status).toBe(401);
    expect(await raw(nginx.port, 'GET /', [forged])).toMatchObject({ status: 200, body: 'A public page\n' });
  });

  test('FA its programs are short, and stop when they are told to', async () => {
    for (const program of ['server.mjs', 'latchkey.mjs'])
      expect(readFileSync(path.join(folder, program), 'utf8').split('\n').length).toBeLessThan(60);
    await nginx.stop();
    const ended = running.map((child) => once(child, 'exit'));
    for (const child of running) child.kill('SIGTERM');
    expect(await Promise.all(ended)).toEqual(running.map(() => [0, null]));
  });
});
