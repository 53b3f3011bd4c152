import { once } from 'node:events';
import { request } from 'node:http';
import { defaultSettings, hosts, type Settings, type Subject } from '@latchkey/core';
import { type UserDirectory, userDirectory } from '../../src/serve/directory.ts';
import { type ServerOptions, startServer } from '../../src/serve/server.ts';
import { establishSettings, memoryPlace } from '../../src/serve/store.ts';
import type { User } from '../../src/serve/users.ts';
import { hashed } from './guide.ts';

export const host = hosts.generic;
/** Where the management API is. */
export const api = `${host.contextPath}${host.mountPath}`;
export const passwords = { admin: 'correct-horse', ada: 'battery-staple', ida: 'paper-clip' } as const;
export type Name = keyof typeof passwords;

const stored = { admin: hashed(passwords.admin), ada: hashed(passwords.ada), ida: hashed(passwords.ida) };
const user = (name: Name, more: Partial<User> = {}): User => ({
  name,
  password: stored[name],
  groups: ['developers'],
  active: true,
  administrator: false,
  ...more,
});
export const users: readonly User[] = [
  user('admin', { administrator: true, groups: [...host.administratorGroups] }),
  user('ada'),
  user('ida', { active: false }),
];

/** Passwords for nobody at the governed paths. */
export const closed: Settings = {
  ...defaultSettings(host),
  passwords: { mode: 'refused', pathGuard: true, remoteApi: 'refused' },
};

/** What came back over the socket. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly body: Record<string, unknown>;
  /** `name=value` of the cookie that was handed out; '' for none. */
  readonly cookie: string;
}

type Headers = Readonly<Record<string, string | readonly string[]>>;

/** The same header for every write of a caller that is no browser. */
export const byProgram = { 'X-Latchkey-Request': '1' } as const;

/** A reference server whose users, clock and settings a test may change, asked over a socket only. */
async function stage(options: Partial<ServerOptions> & { readonly settings?: Settings } = {}) {
  const failures: string[] = [];
  const lines: string[] = [];
  const store = options.store ?? memoryPlace();
  await establishSettings(store.settings, options.settings ?? null, host);
  const time = { now: Date.now() };
  const listed = userDirectory(users);
  /** What the directory says of a user instead of what the list says. */
  const instead = new Map<string, () => Promise<Subject | null>>();
  const logins: string[] = [];
  const directory: UserDirectory = {
    find: (id) => (instead.get(id) ?? (() => listed.find(id)))(),
    login: (name, password) => {
      logins.push(name);
      return listed.login(name, password);
    },
  };
  const server = await startServer({
    host,
    users: [],
    directory,
    listen: '127.0.0.1',
    port: 0,
    clock: () => time.now,
    logAccess: (line) => lines.push(line),
    logFailure: (line) => failures.push(line),
    ...options,
    store,
  });

  /** Asks as a program would; `null` takes a header away. */
  async function ask(line: string, headers: Headers = {}, document?: unknown): Promise<Answer> {
    const [method = '', path = ''] = line.split(' ');
    const text =
      typeof document === 'string' ? document : document === undefined ? '' : JSON.stringify(document);
    const { hostname, port } = new URL(server.url);
    const sent = request({ hostname, port, method, path, agent: false });
    const all: Headers = {
      'Content-Length': String(Buffer.byteLength(text)),
      ...(document === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    };
    for (const [name, value] of Object.entries(all)) sent.setHeader(name, value);
    sent.end(text);
    const [reply] = await once(sent, 'response');
    let received = '';
    for await (const chunk of reply) received += String(chunk);
    const isJson = /json/.test(reply.headers['content-type'] ?? '') && received !== '';
    const [setCookie = ''] = reply.headers['set-cookie'] ?? [];
    return {
      status: reply.statusCode,
      headers: reply.headers,
      text: received,
      body: isJson ? JSON.parse(received) : {},
      cookie: /^[^;]*/.exec(setCookie)?.[0] ?? '',
    };
  }
  const signIn = (username: string, password: string, headers: Headers = byProgram) =>
    ask('POST /session', headers, { username, password });
  return {
    server,
    url: server.url,
    store,
    failures,
    lines,
    time,
    instead,
    logins,
    ask,
    signIn,
    /** The cookie of a user who has just signed in. */
    async cookieOf(name: Name): Promise<string> {
      const { status, cookie, text } = await signIn(name, passwords[name]);
      if (status !== 201) throw new Error(`nobody was signed in: ${text}`);
      return cookie;
    },
    /** Who a cookie is, or the status where it is nobody. */
    async who(cookie: string): Promise<unknown> {
      const { status, body } = await ask('GET /session', { Cookie: cookie });
      return status === 200 ? body['subject'] : status;
    },
  };
}

const running = new Set<Awaited<ReturnType<typeof stage>>>();

/** A stage that `closeStages` will close. */
export async function open(...options: Parameters<typeof stage>) {
  const opened = await stage(...options);
  running.add(opened);
  return opened;
}

/** Closes every stage that is open: once after each test. */
export async function closeStages(): Promise<void> {
  for (const { server } of running) await server.close();
  running.clear();
}
