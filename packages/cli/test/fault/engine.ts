import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
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
  /** Spoils the record of an id. */
  damage(url: string, id: string, damage: Damage): Promise<void>;
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
const statement = (id: string, damage: Damage): string =>
  `update latchkey_tokens set ${columns[damage]} where id = '${id}'`;

/** The line of the record in Redis, from 0, and what it becomes. */
const lines: Readonly<Record<Damage, readonly [line: number, text: string]>> = {
  'half a digest': [3, 'abc'],
  'an unknown scope': [2, 'x'],
  'an unknown key version': [4, 'k9'],
};

let places = 0;
const newName = (): string => `lk_fault_${process.pid}_${places++}`;

async function inPostgres(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(text);
  await client.end();
}

async function inMariadb(url: string, text: string): Promise<void> {
  const connection = await mysql.createConnection({ uri: url });
  await connection.query(text);
  await connection.end();
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
  damage: (url, id, damage) => inPostgres(url, statement(id, damage)),
};

const mariadb: ServedEngine = {
  name: 'MariaDB',
  start: () => startMariadb({ durable: true }),
  async place() {
    const name = newName();
    await inMariadb(inject('mariadbUrl'), `create database ${name}`);
    return withDatabase(inject('mariadbUrl'), name);
  },
  damage: (url, id, damage) => inMariadb(url, statement(id, damage)),
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
  async damage(url, id, damage) {
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
  async damage(url, id, damage) {
    const database = new Database(url.slice('sqlite:'.length));
    database.exec(statement(id, damage));
    database.close();
  },
};

/** Those that are servers. */
export const servedEngines: readonly ServedEngine[] = [postgres, mariadb, redis];

/** All of them. */
export const engines: readonly Engine[] = [...servedEngines, sqlite];
