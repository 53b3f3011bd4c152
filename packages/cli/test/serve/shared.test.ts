import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { defaultSettings, hosts } from '@latchkey/core';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { hashPassword } from '../../src/serve/passwords.ts';
import { fileWith } from '../program.ts';

const program = path.join(import.meta.dirname, '../../bin/latchkey.js');
const passwords = { admin: 'correct-horse', ada: 'battery-staple' } as const;
const hashes = new Map<string, string>();
beforeAll(async () => {
  for (const [name, password] of Object.entries(passwords)) hashes.set(name, await hashPassword(password));
});

/** Runs `latchkey serve` as a process of its own, as two machines would; answers its address. */
async function serveProcess(store: string, users: string): Promise<string> {
  const child = spawn(process.execPath, [program, 'serve', '--port', '0', '--users', users], {
    env: { ...process.env, LATCHKEY_STORE: store },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(async () => {
    child.kill();
    if (child.exitCode === null) await once(child, 'exit');
  });
  let banner = '';
  for await (const chunk of child.stdout) {
    banner += String(chunk);
    const url = /Listening on (\S+)\//.exec(banner)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error('The server ended before it listened.');
}

const usersFile = (): string =>
  fileWith(
    JSON.stringify([
      { name: 'admin', passwordHash: hashes.get('admin'), groups: ['administrators'], administrator: true },
      { name: 'ada', passwordHash: hashes.get('ada'), groups: ['developers'] },
    ]),
    'users.json',
  );

const basic = (name: keyof typeof passwords): Record<string, string> => ({
  Authorization: `Basic ${btoa(`${name}:${passwords[name]}`)}`,
  'X-Latchkey-Request': '1',
});
const bearer = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });
const json = { 'Content-Type': 'application/json' };
const manage = (url: string, what: string, init: RequestInit): Promise<Response> =>
  fetch(`${url}/api/latchkey${what}`, init);

/** A database of its own in the PostgreSQL of this run. */
async function postgresDatabase(): Promise<string> {
  const name = `latchkey_cli_${process.pid}`;
  const client = new pg.Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  await client.query(`DROP DATABASE IF EXISTS ${name}`);
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  return Object.assign(new URL(inject('postgresUrl')), { pathname: `/${name}` }).href;
}

/** The same in its MariaDB. */
async function mariadbDatabase(): Promise<string> {
  const name = `latchkey_cli_${process.pid}`;
  const connection = await mysql.createConnection({ uri: inject('mariadbUrl') });
  await connection.query(`DROP DATABASE IF EXISTS ${name}`);
  await connection.query(`CREATE DATABASE ${name}`);
  await connection.end();
  return Object.assign(new URL(inject('mariadbUrl')), { pathname: `/${name}` }).href;
}

const stores: Readonly<Record<string, () => Promise<string>>> = {
  SQLite: async () => `sqlite:${fileWith('', 'latchkey.sqlite')}`,
  PostgreSQL: postgresDatabase,
  MariaDB: mariadbDatabase,
  Redis: async () => Object.assign(new URL(inject('redisUrl')), { pathname: '/9' }).href,
};

describe('two server processes on one store', () => {
  test.each(Object.keys(stores))(
    'CO-1, ST-1, DE-6 on %s see each other’s tokens, revocations, settings and failed logins at the next request',
    async (name) => {
      const store = await (stores[name] as () => Promise<string>)();
      const users = usersFile();
      const here = await serveProcess(store, users);
      const there = await serveProcess(store, users);

      const body = JSON.stringify({ label: 'shared', scope: 'read-only' });
      const issued = await manage(here, '/tokens', {
        method: 'POST',
        headers: { ...basic('ada'), ...json },
        body,
      });
      expect(issued.status).toBe(201);
      const { text, token } = (await issued.json()) as { text: string; token: { id: string } };
      const reads = async (url: string) =>
        (await fetch(`${url}/api/notes`, { headers: bearer(text) })).status;
      expect([await reads(here), await reads(there)]).toEqual([200, 200]);
      const writes = await fetch(`${there}/api/notes`, {
        method: 'POST',
        headers: { ...bearer(text), ...json },
        body: '{"text":"x"}',
      });
      expect(writes.status).toBe(403);

      const read = await manage(there, '/settings', { headers: basic('admin') });
      expect(read.status).toBe(200);
      const narrow = {
        ...defaultSettings(hosts.generic),
        network: { ...defaultSettings(hosts.generic).network, allow: ['192.0.2.1'] },
      };
      const put = (url: string, settings: object, etag: string | null) =>
        manage(url, '/settings', {
          method: 'PUT',
          headers: { ...basic('admin'), ...json, 'If-Match': etag ?? '' },
          body: JSON.stringify(settings),
        });
      const saved = await put(there, narrow, read.headers.get('etag'));
      expect(saved.status).toBe(200);
      expect([await reads(here), await reads(there)]).toEqual([401, 401]);
      expect((await put(here, narrow, read.headers.get('etag'))).status).toBe(412);
      expect((await put(here, defaultSettings(hosts.generic), saved.headers.get('etag'))).status).toBe(200);
      expect([await reads(there), await reads(here)]).toEqual([200, 200]);

      expect(
        (await manage(here, `/tokens/${token.id}`, { method: 'DELETE', headers: basic('ada') })).status,
      ).toBe(204);
      expect([await reads(there), await reads(here)]).toEqual([401, 401]);
      const login = async (url: string, password: string) =>
        (await fetch(`${url}/api/notes`, { headers: { Authorization: `Basic ${btoa(`ada:${password}`)}` } }))
          .status;
      for (const url of [here, there, here, there, here]) expect(await login(url, 'wrong')).toBe(401);
      expect([await login(here, passwords.ada), await login(there, passwords.ada)]).toEqual([429, 429]);

      const log = await manage(there, '/audit', { headers: basic('admin') });
      expect(await log.text()).not.toContain(text.slice(20));
    },
  );
});

describe('the management API of the reference server', () => {
  test('MA-1 is for whoever the policy or a password knows, and a page of another origin may not write', async () => {
    const url = await serveProcess('memory', usersFile());
    const me = async (headers: Record<string, string>) => (await manage(url, '/me', { headers })).status;
    expect([await me({}), await me(basic('ada')), await me(bearer('lk_nonsense'))]).toEqual([401, 200, 401]);
    const body = JSON.stringify({ label: 'x' });
    const write = async (headers: Record<string, string>) =>
      (await manage(url, '/tokens', { method: 'POST', headers: { ...headers, ...json }, body })).status;
    const { 'X-Latchkey-Request': _asked, ...plain } = basic('ada');
    expect(await write({ ...plain, Origin: 'https://evil.example' })).toBe(403);
    expect(await write(plain)).toBe(403);
    expect(await write(basic('ada'))).toBe(201);
    expect((await manage(url, '/audit', { headers: basic('ada') })).status).toBe(403);
    expect((await fetch(`${url}/api/latchkey/healthz`)).status).toBe(200);
    const metrics = await manage(url, '/metrics', { headers: basic('admin') });
    expect(await metrics.text()).toContain('latchkey_');
  });
});
