import { randomBytes, scryptSync } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { defaultSettings, type HostProfile, type Settings } from '@latchkey/core';
import { expect } from 'vitest';
import { type PasswordHash, parsePasswordHash } from '../../src/serve/passwords.ts';
import { startServer } from '../../src/serve/server.ts';
import { starterTokens } from '../../src/serve/starter.ts';
import { establishSettings, memoryPlace } from '../../src/serve/store.ts';
import type { User } from '../../src/serve/users.ts';

/** The client's address towards the proxy, once the settings trust one on this machine. */
const inside = '203.0.113.5';
/** A Basic credential. */
export const basic = (name: string, secret: string): string => `Basic ${btoa(`${name}:${secret}`)}`;
/** A Bearer credential. */
export const bearer = (token: string): string => `Bearer ${token}`;

/** A reply with its body as JSON; null for none. */
export interface Reply {
  readonly status: number;
  readonly etag: string;
  readonly body: Record<string, unknown> | null;
}

/** The cheapest password hash that is accepted, because many logins are made here. */
export function hashed(password: string): PasswordHash {
  const salt = randomBytes(16);
  const hash = scryptSync(password, salt, 32, { cost: 16_384, blockSize: 8, parallelization: 1 });
  const text = `scrypt:16384:8:1:${salt.toString('base64url')}:${hash.toString('base64url')}`;
  return parsePasswordHash(text) as PasswordHash;
}

const passwords = { admin: 'correct-horse', ada: 'battery-staple' } as const;
/** The password of a user of the stage. */
export const passwordOf = (name: keyof typeof passwords): string => passwords[name];
const usersOf = (host: HostProfile): readonly User[] => [
  {
    name: 'admin',
    password: hashed(passwords.admin),
    groups: [...host.administratorGroups],
    active: true,
    administrator: true,
  },
  {
    name: 'ada',
    password: hashed(passwords.ada),
    groups: ['developers'],
    active: true,
    administrator: false,
  },
];

/** A reference server, asked over a socket only; the target goes out as it stands. */
export async function stage(host: HostProfile, hostVersion?: string) {
  const users = usersOf(host);
  const failures: string[] = [];
  const store = memoryPlace();
  const server = await startServer({
    host,
    ...(hostVersion === undefined ? {} : { hostVersion }),
    store,
    users,
    listen: '127.0.0.1',
    port: 0,
    logAccess: null,
    logFailure: (line) => failures.push(line),
  });
  const tokens = await starterTokens(users, defaultSettings(host), server.tokens);

  async function ask(
    line: string,
    authorization: string | null,
    document?: unknown,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Reply> {
    const [method = '', path = ''] = line.split(' ');
    const text = document === undefined ? '' : JSON.stringify(document);
    const headers = {
      'X-Forwarded-For': inside,
      'X-Latchkey-Request': '1',
      'Content-Length': String(Buffer.byteLength(text)),
      ...(authorization === null ? {} : { Authorization: authorization }),
      ...(document === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...more,
    };
    const { hostname, port } = new URL(server.url);
    const sent = request({ hostname, port, method, path, headers, agent: false });
    sent.end(text);
    const [reply] = await once(sent, 'response');
    let body = '';
    for await (const chunk of reply) body += String(chunk);
    const isJson = /json/.test(reply.headers['content-type'] ?? '');
    return {
      status: reply.statusCode,
      etag: reply.headers.etag ?? '',
      body: isJson ? JSON.parse(body) : null,
    };
  }
  const manage = (line: string, authorization: string, document?: unknown, more = {}) =>
    ask(line.replace(' /', ` ${host.mountPath}/`), authorization, document, more);

  const admin = basic('admin', passwordOf('admin'));
  /**
   * Saves the defaults with some parts replaced, as the administrator. The defaults are put back as `--settings`
   * would: where passwords are refused, no password of the administrator's saves them.
   */
  async function change(parts: Partial<Settings>): Promise<void> {
    await establishSettings(store.settings, defaultSettings(host), host);
    const { etag } = await manage('GET /settings', admin);
    const document = { ...defaultSettings(host), ...parts };
    const saved = await manage('PUT /settings', admin, document, { 'If-Match': etag });
    expect(saved.status, JSON.stringify(saved.body)).toBe(200);
  }
  return {
    ask,
    manage,
    change,
    admin,
    reads: bearer(tokens.readOnly),
    writes: bearer(tokens.readWrite),
    token: tokens.readOnly,
    async stop() {
      await server.close();
      expect(failures).toEqual([]);
    },
  };
}

/** What the stage offers. */
export type Stage = Awaited<ReturnType<typeof stage>>;
/** The status and the public reason; the host's own answers have none. */
export const reasonOf = ({ status, body }: Reply): unknown[] => [status, body?.['reason']];
