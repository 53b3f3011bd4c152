import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TokenView } from '@latchkey/core';
import Database from 'libsql';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { createClient } from 'redis';
import { inject, onTestFinished } from 'vitest';
import { startMariadb } from '../../../../tools/services/mariadb.mjs';
import { startPostgres } from '../../../../tools/services/postgres.mjs';
import { startRedis } from '../../../../tools/services/redis.mjs';
import type { Server } from '../../../../tools/services/server.mjs';

/** What is done to a kept record behind the store's back. */
export type Damage = 'half a digest' | 'an unknown scope' | 'an unknown key version';

/** An engine, and how to get at it behind the store's back. */
export interface Engine {
  readonly name: string;
  /** The connection string of an empty place on the server of the run. */
  place(): Promise<string>;
  /** Spoils the record of a token whose label no other has. */
  damage(url: string, token: TokenView, damage: Damage): Promise<unknown>;
}

/** An engine that is a server, which a test may start for itself. */
export interface ServedEngine extends Engine {
  /** One that keeps on the disk what it acknowledges. */
  start(): Promise<Server>;
}

const columns: Readonly<Record<Damage, string>> = {
  'half a digest': "digest = 'abc'",
  'an unknown scope': 'scope = 3',
  'an unknown key version': "key_version = 'k9'",
};
const statement = ({ label }: TokenView, damage: Damage): string =>
  `update latchkey_tokens set ${columns[damage]} where label = '${label}'`;

/** The line of the record in Redis, from 0, and what it becomes. */
const lines: Readonly<Record<Damage, readonly [line: number, text: string]>> = {
  'half a digest': [3, 'abc'],
  'an unknown scope': [2, 'x'],
  'an unknown key version': [4, 'k9'],
};

let places = 0;
const newName = (): string => `lk_fault_${process.pid}_${places++}`;

/** Runs one statement in PostgreSQL over a connection of its own, and answers its rows. */
export async function inPostgres(url: string, text: string): Promise<readonly object[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<object>(text)).rows;
  } finally {
    await client.end();
  }
}

/** The same in MariaDB. */
export async function inMariadb(url: string, text: string): Promise<readonly object[]> {
  const connection = await mysql.createConnection({ uri: url });
  try {
    const [rows] = await connection.query(text);
    return Array.isArray(rows) ? rows : [];
  } finally {
    await connection.end();
  }
}

const withDatabase = (url: string, name: string): string =>
  Object.assign(new URL(url), { pathname: `/${name}` }).href;

const postgres: ServedEngine = {
  name: 'PostgreSQL',
  start: () => startPostgres({ durable: true }),
  async place() {
    const name = newName();
    await inPostgres(inject('postgresUrl'), `create database ${name}`);
    return withDatabase(inject('postgresUrl'), name);
  },
  damage: (url, token, damage) => inPostgres(url, statement(token, damage)),
};

const mariadb: ServedEngine = {
  name: 'MariaDB',
  start: () => startMariadb({ durable: true }),
  async place() {
    const name = newName();
    await inMariadb(inject('mariadbUrl'), `create database ${name}`);
    return withDatabase(inject('mariadbUrl'), name);
  },
  damage: (url, token, damage) => inMariadb(url, statement(token, damage)),
};

const redis: ServedEngine = {
  name: 'Redis',
  start: () => startRedis({ durable: true }),
  async place() {
    // A numbered database that nothing else in the run uses.
    const url = withDatabase(inject('redisUrl'), `${9 + (places++ % 6)}`);
    const client = await createClient({ url }).connect();
    await client.flushDb();
    await client.close();
    return url;
  },
  async damage(url, { id }, damage) {
    const client = await createClient({ url }).connect();
    const key = `lk:{0}:t:${id}`;
    const parts = ((await client.get(key)) ?? '').split('\n');
    const [line, text] = lines[damage];
    parts[line] = text;
    await client.set(key, parts.join('\n'));
    await client.close();
  },
};

const sqlite: Engine = {
  name: 'SQLite',
  async place() {
    const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-fault-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    return `sqlite:${path.join(folder, 'test.db')}`;
  },
  async damage(url, token, damage) {
    const database = new Database(url.slice('sqlite:'.length));
    database.exec(statement(token, damage));
    database.close();
  },
};

/** Those that are servers. */
export const servedEngines: readonly ServedEngine[] = [postgres, mariadb, redis];

/** All of them. */
export const engines: readonly Engine[] = [...servedEngines, sqlite];
