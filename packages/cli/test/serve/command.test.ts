import { EventEmitter } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { defaultSettings, hosts, isTokenText, tokenId } from '@latchkey/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../src/run.ts';
import { stopRequested } from '../../src/serve/command.ts';
import { hashPassword } from '../../src/serve/passwords.ts';
import { pasted, recorded, type Served, served } from './stage.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'latchkey-serve-'));
});
afterAll(() => rm(folder, { recursive: true }));

const file = async (name: string, value: unknown): Promise<string> => {
  const place = path.join(folder, name);
  await writeFile(place, typeof value === 'string' ? value : JSON.stringify(value));
  return place;
};

/** Pastes every printed line and gives what was promised beside what was answered. */
const outcomes = async ({ promised }: Served) => {
  const answers: { row: string; promised: number; answered: number; reason: string | null }[] = [];
  for (const { row, status, command } of promised) {
    const answer = await pasted(command);
    const problem = answer.head.includes('problem+json') ? JSON.parse(answer.body) : null;
    answers.push({ row, promised: status, answered: answer.status, reason: problem?.reason ?? null });
  }
  return answers;
};

describe('the printed lines', () => {
  test('CO-1 every curl line works when pasted and answers what it says: allow, deny and defer', async () => {
    const server = await served({ verbose: true });
    try {
      expect(await outcomes(server)).toEqual([
        { row: 'accepted', promised: 200, answered: 200, reason: null },
        { row: 'scope-exceeded', promised: 403, answered: 403, reason: 'scope-exceeded' },
        { row: 'accepted', promised: 201, answered: 201, reason: null },
        { row: 'unknown-closed', promised: 401, answered: 401, reason: 'token-not-accepted' },
        { row: 'unknown-open', promised: 200, answered: 200, reason: null },
        { row: 'unknown-open', promised: 401, answered: 401, reason: null },
        { row: 'anonymous', promised: 401, answered: 401, reason: null },
      ]);
      const tokens = server.banner.match(/lk_\w{66}/g) ?? [];
      expect(new Set(tokens).size).toBe(3);
      expect(tokens.every((text) => isTokenText(text))).toBe(true);
    } finally {
      await server.stop();
    }
  });

  test.each(['jira', 'confluence', 'bitbucket'] as const)(
    'CO-1 the lines hold for the %s profile, under /rest/',
    async (host) => {
      const server = await served({ host });
      try {
        expect(server.promised.every(({ command }) => command.includes('/rest/notes'))).toBe(true);
        const answers = await outcomes(server);
        expect(answers.map(({ answered }) => answered)).toEqual(answers.map(({ promised }) => promised));
        expect(answers.map(({ answered }) => answered)).toEqual([200, 403, 201, 401, 200, 401, 401]);
      } finally {
        await server.stop();
      }
    },
  );

  test('CO-1 under other settings the lines say what those settings make of them', async () => {
    const settings = {
      ...defaultSettings(hosts.generic),
      network: { ...defaultSettings(hosts.generic).network, allow: ['203.0.113.0/24'] },
      passwords: { mode: 'refused', pathGuard: true, remoteApi: 'refused' },
    };
    const server = await served({ settings: await file('closed.json', settings) });
    try {
      const answers = await outcomes(server);
      expect(answers.map(({ answered }) => answered)).toEqual(answers.map(({ promised }) => promised));
      expect(answers.map(({ row }) => row)).toEqual([
        ...Array(6).fill('address-refused-closed'),
        'anonymous',
      ]);
    } finally {
      await server.stop();
    }
  });

  test('CO-1 with a users file no password is printed, and a name that a shell would misread still works', async () => {
    const name = "o'neil $HOME";
    const users = [{ name, passwordHash: await hashPassword('sesame'), groups: ['developers'] }];
    const server = await served({ users: await file('users.json', users) });
    try {
      expect(server.banner).not.toContain('passwords that are shown');
      const [read, , , , typed] = server.promised;
      expect((await pasted(read?.command ?? '')).status).toBe(200);
      const { status } = await pasted(
        (typed?.command ?? '').replace(/-u '.*' /, `-u 'o'\\''neil $HOME:sesame' `),
      );
      expect(status).toBe(200);
    } finally {
      await server.stop();
    }
  });

  test('CO-1 it says that everything is in memory, in the help and when it listens', async () => {
    const { session, out } = recorded();
    expect(await run(['serve', '--help'], session)).toBe(0);
    expect(out()).toContain('memory');
    const server = await served();
    expect(server.banner).toContain('memory');
    await server.stop();
  });
});

describe('the access log', () => {
  test('CO-1 one line of JSON a request with effect, row, reason and token id, and no secret', async () => {
    const server = await served({ verbose: true });
    for (const { command } of server.promised) await pasted(command);
    await pasted(`curl -i '${server.url}/api/notes?token=of-mine' -u 'ada:a-password'`);
    await server.stop();
    const lines = server.errors().trim().split('\n');
    const [readOnly = '', readWrite = '', ...others] = server.banner.match(/lk_\w{66}/g) ?? [];
    const stranger = others.find((text) => text !== readOnly && text !== readWrite) ?? '';
    const [reader, writer, unknown] = [readOnly, readWrite, stranger].map(tokenId);
    const usual = [
      'level',
      'time',
      'method',
      'path',
      'status',
      'effect',
      'row',
      'reason',
      'tokenId',
      'client',
      'ms',
    ];
    const entries = lines.map((line) => JSON.parse(line));
    for (const entry of entries) {
      expect(Object.keys(entry)).toEqual(usual);
      expect(entry).toMatchObject({ path: '/api/notes', client: '127.0.0.1', ms: expect.any(Number) });
      expect(new Date(entry.time).toISOString()).toBe(entry.time);
    }
    expect(
      entries.map(({ method, status, effect, row, reason, tokenId: id }) => [
        `${method} ${status} ${effect} ${row} ${reason}`,
        id,
      ]),
    ).toEqual([
      ['GET 200 allow accepted token-accepted', reader],
      ['POST 403 deny scope-exceeded scope-exceeded', reader],
      ['POST 201 allow accepted token-accepted', writer],
      ['GET 401 deny unknown-closed token-unknown', unknown],
      ['GET 200 defer unknown-open token-unknown', null],
      ['GET 401 defer unknown-open token-unknown', null],
      ['GET 401 defer anonymous credential-absent', null],
      ['GET 401 defer unknown-open token-unknown', null],
    ]);
    for (const secret of [readOnly.slice(20), readWrite.slice(20), 'of-mine', 'a-password'])
      expect(server.errors()).not.toContain(secret);
  });
});

describe('refusals at start', () => {
  const refused = async (...args: string[]): Promise<string[]> => {
    const { session, out, errors } = recorded();
    expect(await run(['serve', ...args], session)).toBe(2);
    expect(out()).toBe('');
    return errors().trim().split('\n');
  };

  test('CL a settings file with five mistakes shows five problems, each with its path', async () => {
    const good = defaultSettings(hosts.generic);
    const lines = await refused(
      '--settings',
      await file('bad.json', {
        ...good,
        version: 2,
        validity: { ...good.validity, maximum: 'P9M' },
        network: { ...good.network, allow: ['10.0.0.0/8', '10.0.0.1/8'], discloseAddress: 'yes' },
        extra: true,
      }),
    );
    expect(lines).toHaveLength(5);
    for (const where of [
      'version',
      'validity.maximum',
      'network.allow[1]',
      'network.discloseAddress',
      'extra',
    ])
      expect(lines.filter((line) => line.includes(`${where}: `))).toHaveLength(1);
  });

  test('CL a users file with mistakes shows every one and no password hash', async () => {
    const passwordHash = await hashPassword('sesame');
    const lines = await refused(
      '--users',
      await file('bad-users.json', [
        { name: 'ada', passwordHash, groups: ['developers', 7] },
        { name: 'ada', passwordHash, active: 'yes' },
        { name: 'a:b', passwordHash: `${passwordHash}:more`, role: 'root' },
        'eve',
      ]),
    );
    expect(lines).toHaveLength(7);
    expect(lines.join()).not.toContain(passwordHash.split(':')[5]);
  });

  test.each([
    ['a file that is not there', ['--settings', 'no-such-file.json'], 'no such file'],
    ['a port that is none', ['--port', '80801'], '--port'],
    ['a name to listen on', ['--listen', 'localhost'], '--listen'],
    ['a host that there is none of', ['--host', 'gitlab'], 'host'],
    ['an address of another machine', ['--listen', '192.0.2.1', '--port', '0'], 'cannot listen'],
  ])('CL %s ends with status 2 and says why', async (_, args, words) => {
    expect((await refused(...args)).join()).toContain(words);
  });

  test('CL a taken port is named, with the way out', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const [line = ''] = await refused('--port', String(port));
    other.close();
    expect(line).toContain(`port ${port} of 127.0.0.1 is in use`);
    expect(line).toContain('--port 0');
  });
});

describe('stopping', () => {
  test.each(['SIGINT', 'SIGTERM'])(
    'CO-1 %s stops it; the second one is left to the system',
    async (signal) => {
      const signals = new EventEmitter();
      const stopped = stopRequested(signals);
      signals.emit(signal);
      await stopped;
      expect([signals.listenerCount('SIGINT'), signals.listenerCount('SIGTERM')]).toEqual([0, 0]);
    },
  );

  test('CO-1 after stopping nothing listens any more', async () => {
    const server = await served();
    await server.stop();
    await expect(fetch(`${server.url}/`)).rejects.toThrow();
  });
});

describe('--hash-password', () => {
  test('CO-1 the hash of a password from standard input fits into a users file', async () => {
    const { session, out } = recorded('sesame\n');
    expect(await run(['serve', '--hash-password'], session)).toBe(0);
    const server = await served({
      users: await file('hashed.json', [{ name: 'eve', passwordHash: out().trim() }]),
    });
    const { status } = await pasted(`curl -i -u eve:sesame ${server.url}/api/me`);
    await server.stop();
    expect(status).toBe(200);
  });

  test.each(['', '\n', 'two\nlines\n', 'a\u0000b'])('CL %j is no password', async (text) => {
    const { session, errors } = recorded(text);
    expect(await run(['serve', '--hash-password'], session)).toBe(2);
    expect(errors()).toContain('a password is one line');
  });
});
