import type { AuditLog, SettingsStore, TokenStore } from '@latchkey/core';
import { auditLog } from './audit.ts';
import { commandsOf, type RedisClient } from './client.ts';
import { connectionOf } from './connection.ts';
import { keysOf } from './keys.ts';
import { finishReplacements } from './replacement.ts';
import { settingsStore } from './settings.ts';
import { begin, type Space, untilDone } from './space.ts';
import { tokenStore } from './tokens.ts';

/** The three ports over one Redis or Redis Cluster. */
export interface RedisStore {
  readonly tokens: TokenStore;
  readonly settings: SettingsStore;
  readonly audit: AuditLog;
}

/** What a store is made of. */
export interface RedisStoreOptions {
  /** Yours to connect, to listen to for `error`, and to close. */
  readonly client: RedisClient;
  /** What all keys begin with: 1 to 64 of `A-Z a-z 0-9 . : _ -`; `lk` where absent. */
  readonly prefix?: string;
  /**
   * Over how many slots tokens are spread, 1 to 1,024; fixed once something was written. Where absent, 64 in a
   * cluster and 1 on a single server, where nothing would be gained.
   */
  readonly shards?: number;
  /**
   * Whether your Redis keeps acknowledged writes when its process ends (`appendonly yes`, `appendfsync always`).
   * The store cannot see that, so it is what you say; false where absent.
   */
  readonly durable?: boolean;
  /** How many replicas have to confirm each write before it is acknowledged; 0 where absent. */
  readonly replicas?: number;
  /** How long they may take, in milliseconds; 1,000 where absent. Meanwhile the connection answers nothing else. */
  readonly replicaWaitMs?: number;
}

const mostShards = 1024;

function wholeNumber(value: number, least: number, most: number, what: string): number {
  if (!Number.isInteger(value) || value < least || value > most)
    throw new TypeError(`${what} has to be a whole number from ${least} to ${most}.`);
  return value;
}

/**
 * A store in Redis 7 or later, or Valkey: alone, or as a cluster. A look-up is one round trip. Every failure is a
 * `StoreError` without anything secret in it. Redis must not evict keys (`maxmemory-policy noeviction`). Throws a
 * TypeError for options that are none. Spec: ST-1…ST-7
 *
 * @example
 * const client = createClient({ url: 'redis://127.0.0.1:6379' });
 * client.on('error', (error) => console.error(error.message));
 * await client.connect();
 * const { tokens, settings, audit } = redisStore({ client });
 */
export function redisStore({
  client,
  prefix = 'lk',
  durable = false,
  shards,
  replicas = 0,
  replicaWaitMs = 1000,
}: RedisStoreOptions): RedisStore {
  if (!/^[\w.:-]{1,64}$/.test(prefix))
    throw new TypeError(
      'The prefix has to be 1 to 64 letters, digits, dots, colons, hyphens or underscores.',
    );
  const commands = commandsOf(client);
  const connection = connectionOf(commands, {
    replicas: wholeNumber(replicas, 0, 100, 'The number of replicas'),
    waitMs: wholeNumber(replicaWaitMs, 1, 60_000, 'The wait for replicas'),
  });
  const count = wholeNumber(shards ?? (commands.isCluster ? 64 : 1), 1, mostShards, 'The number of shards');
  const keys = keysOf(prefix, count);
  const space: Space = {
    connection,
    keys,
    prepare: untilDone(async () => {
      await begin(connection, keys);
      await finishReplacements(space);
    }),
  };
  return { tokens: tokenStore(space, durable), settings: settingsStore(space), audit: auditLog(space) };
}
