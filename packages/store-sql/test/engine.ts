import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { StoreUnderTest } from '@latchkey/testing';
import { Kysely, sql } from 'kysely';
import { afterAll, inject } from 'vitest';
import { dialectFor, migrate, type OpenOptions, openSql, sqlStore } from '../src/index.ts';
import { type Watched, watched } from './watched.ts';

/** An engine that the tests run on: how to get an empty database in it, and how to be rid of that. */
export interface Engine {
  readonly name: 'PostgreSQL' | 'MariaDB' | 'SQLite';
  /** A connection string for a new database, migrated unless told otherwise. */
  place(kind?: 'migrated' | 'empty'): Promise<Place>;
}

/** A database of a test's own. */
export interface Place {
  readonly url: string;
  remove(): Promise<void>;
}

/** A store with what a test needs to look behind it. */
export interface OpenedStore extends StoreUnderTest {
  readonly db: Kysely<unknown>;
  readonly watch: Watched;
}

let databases = 0;
const nextName = (): string => `lk_${process.pid}_${databases++}`;

const withDatabase = (url: string, name: string): string =>
  Object.assign(new URL(url), { pathname: name }).href;

/** Runs one statement of administration on a server. */
async function administer(url: string, statement: string): Promise<void> {
  const db = await openSql(url, { statementMs: 20_000 });
  try {
    await sql.raw(statement).execute(db);
  } finally {
    await db.destroy();
  }
}

async function migrated(url: string): Promise<void> {
  const db = await openSql(url, { statementMs: 20_000 });
  try {
    await migrate(db);
  } finally {
    await db.destroy();
  }
}

/** Takes out what the tests of the store put in. */
async function emptied(url: string): Promise<void> {
  const db = await openSql(url, { statementMs: 20_000 });
  try {
    for (const table of ['tokens', 'audit_tokens', 'audit'])
      await sql`delete from ${sql.table(`latchkey_${table}`)}`.execute(db);
    await sql`update latchkey_state set schema_version = 1, oldest_code = 1, revision = 0, document = null`.execute(
      db,
    );
  } finally {
    await db.destroy();
  }
}

/** A server with many databases; those that only the store wrote to are emptied and used again. */
function served(name: Engine['name'], server: () => string): Engine {
  const free: string[] = [];
  return {
    name,
    async place(kind = 'migrated') {
      const used = kind === 'migrated' ? free.pop() : undefined;
      if (used !== undefined) await emptied(used);
      const database = nextName();
      const url = used ?? withDatabase(server(), database);
      if (used === undefined) await administer(server(), `create database ${database}`);
      if (used === undefined && kind === 'migrated') await migrated(url);
      return {
        url,
        async remove() {
          if (kind === 'migrated') free.push(url);
          else await administer(server(), `drop database ${database}`);
        },
      };
    },
  };
}

/** A PostgreSQL server, the one of the run unless told otherwise. */
export const postgres = (server = () => inject('postgresUrl')): Engine => served('PostgreSQL', server);

/** A MariaDB server, the one of the run unless told otherwise. */
export const mariadb = (server = () => inject('mariadbUrl')): Engine => served('MariaDB', server);

const newFile = (): string => path.join(mkdtempSync(path.join(tmpdir(), 'latchkey-sqlite-')), 'test.db');
const removeFile = (file: string): void => rmSync(path.dirname(file), { recursive: true, force: true });

/** A file that is migrated once for each file of tests, to be copied. */
let template: Promise<string> | undefined;
const makeTemplate = async (): Promise<string> => {
  const file = newFile();
  await migrated(`sqlite:${file}`);
  return file;
};
afterAll(async () => {
  if (template !== undefined) removeFile(await template);
});

/** Files in temporary folders. */
export const sqlite = (): Engine => ({
  name: 'SQLite',
  async place(kind = 'migrated') {
    const file = newFile();
    if (kind === 'migrated') {
      template ??= makeTemplate();
      copyFileSync(await template, file);
    }
    return { url: `sqlite:${file}`, remove: async () => removeFile(file) };
  },
});

/** Every engine, each on the server that the run has started. */
export const engines: readonly Engine[] = [postgres(), mariadb(), sqlite()];

const places = new Set<Place>();

/** A new database of an engine, which {@link removePlaces} removes. */
export async function newPlace(engine: Engine, kind: 'migrated' | 'empty' = 'migrated'): Promise<Place> {
  const place = await engine.place(kind);
  places.add(place);
  return place;
}

/** Removes every database that was made; for after each test. */
export async function removePlaces(): Promise<void> {
  const made = [...places];
  places.clear();
  await Promise.all(made.map((place) => place.remove()));
}

/** Opens a store on a database, as one process would. */
export async function openStore(url: string, options: OpenOptions = {}): Promise<OpenedStore> {
  const watch = watched(await dialectFor(url, options));
  const db = new Kysely<unknown>({ dialect: watch.dialect });
  return {
    ...sqlStore({ db }),
    db,
    watch,
    close: () => db.destroy(),
    reopen: () => openStore(url, options),
    breakBetweenWrites: async () => watch.failNext(/^insert into .latchkey_audit./),
  };
}

/** A store in a new database of an engine. */
export async function newStore(engine: Engine, options: OpenOptions = {}): Promise<OpenedStore> {
  const { url } = await newPlace(engine);
  return openStore(url, options);
}
