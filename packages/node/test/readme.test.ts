import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const running: ReturnType<typeof spawn>[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill();
});

/** Runs a program of an example's folder, where the built packages resolve by name; answers its first line. */
async function firstLine(
  example: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const folder = path.join(root, 'examples', example);
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.push(child);
  const [chunk] = await once(child.stdout, 'data');
  return String(chunk).trim();
}

/** The statuses of a read and a write with a token, once the server listens. */
async function statuses(url: string, token: string): Promise<number[]> {
  const headers = { Authorization: `Bearer ${token}` };
  for (let tries = 0; ; tries++) {
    try {
      return [(await fetch(url, { headers })).status, (await fetch(url, { headers, method: 'POST' })).status];
    } catch (error) {
      if (tries > 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

const freePort = async (): Promise<number> => {
  const { createServer } = await import('node:net');
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
};

describe('what the documentation shows', () => {
  it('BI-1 the program in the README runs as it stands, and the token it prints reads and does not write', async () => {
    const program = /```js\n(.*?)```/s.exec(readFileSync(path.join(root, 'README.md'), 'utf8'))?.[1];
    const port = await freePort();
    const moved = program?.replace('listen(8081)', `listen(${port}, '127.0.0.1')`);
    expect(moved).not.toBe(program);
    const token = await firstLine('node-http', ['--input-type=module', '-e', moved ?? '']);
    expect(await statuses(`http://127.0.0.1:${port}/api/x`, token)).toEqual([200, 403]);
  });

  it.each(['node-http', 'express', 'fastify', 'hono', 'koa', 'fetch'])(
    'BI-1 the example in %s is short, and does what its README says',
    async (example) => {
      const lines = readFileSync(path.join(root, 'examples', example, 'server.mjs'), 'utf8').split('\n');
      expect(lines.length).toBeLessThan(60);
      const line = await firstLine(example, ['server.mjs'], { PORT: '0' });
      const [, token = '', url = ''] = /Bearer (\S+)' (\S+)/.exec(line) ?? [];
      expect(await statuses(url, token)).toEqual([200, 403]);
      expect(await (await fetch(url, { headers: { Authorization: `Bearer ${token}` } })).text()).toBe(
        'Hello ada\n',
      );
      const alone = [url, new URL('/', url), `${url}?token=${token}`].map(
        async (each) => (await fetch(each)).status,
      );
      expect(await Promise.all(alone)).toEqual([401, 200, 401]);
      running.at(-1)?.kill('SIGTERM');
      expect(await once(running.at(-1) as ReturnType<typeof spawn>, 'exit')).toEqual([0, null]);
    },
  );
});
