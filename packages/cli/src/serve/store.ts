import { attemptLimiter, memoryAttempts } from '@latchkey/attempts';
import {
  type AttemptLimiter,
  type AuditLog,
  defaultSettings,
  type HostProfile,
  parseSettings,
  type Settings,
  type SettingsStore,
  type TokenStore,
} from '@latchkey/core';
import { memoryStore } from '@latchkey/store-memory';
import { issueLine } from '../output/issue.ts';
import { InputFault } from '../session.ts';
import { type OpenAttempts, openSqlAttempts } from './attempts.ts';

/** The ports of a server, and what they are called. */
export interface OpenStore {
  readonly tokens: TokenStore;
  readonly settings: SettingsStore;
  readonly audit: AuditLog;
  readonly attempts: AttemptLimiter;
  /** Where things are kept, in words that hold no secret. */
  readonly place: string;
  close(): Promise<void>;
}

/** How many failed logins lock a name at an address, and for how many seconds they count. Spec: DE-6 */
const attemptLimit = { points: 5, duration: 900 };

/** A store in memory, gone when the server stops. */
export const memoryPlace = (): OpenStore => ({
  ...memoryStore(),
  attempts: memoryAttempts(),
  place: 'Tokens, settings and events are kept in memory and are gone when it stops.',
  close: async () => undefined,
});

const noCounting =
  'latchkey: the store of --store: the table that counts failed logins cannot be made: the database is a replica or read-only, or its user may not make tables.';

async function openSqlStore(target: string): Promise<OpenStore> {
  const { migrate, openSql, sqlStore } = await import('@latchkey/store-sql');
  const isFile = target.startsWith('sqlite:');
  const db = await openSql(target);
  let counting: OpenAttempts;
  try {
    await migrate(db);
    counting = await openSqlAttempts(target).catch(() => {
      throw new InputFault([noCounting]);
    });
  } catch (error) {
    await db.destroy();
    throw error;
  }
  const place = isFile
    ? `Tokens, settings and events are kept in ${target.slice('sqlite:'.length)}.`
    : 'Tokens, settings and events are kept in the SQL database.';
  const close = async (): Promise<void> => {
    await counting.close();
    await db.destroy();
  };
  return { ...sqlStore({ db }), attempts: counting.attempts, place, close };
}

async function openRedisStore(url: string): Promise<OpenStore> {
  const [{ createClient }, { redisStore }, { RateLimiterRedis }] = await Promise.all([
    import('redis'),
    import('@latchkey/store-redis'),
    import('rate-limiter-flexible'),
  ]);
  const client = createClient({ url, socket: { connectTimeout: 2000 } });
  // Failures reach the engine call by call; without a listener one would end the process.
  client.on('error', () => undefined);
  const isReady = await Promise.race([
    client.connect().then(() => true),
    new Promise<false>((resolve) => client.once('error', () => resolve(false))),
  ]).catch(() => false);
  if (!isReady) {
    client.destroy();
    throw new InputFault([
      'latchkey: the Redis of --store cannot be reached or refuses the login: check that it runs, its host and port, and the password.',
    ]);
  }
  const attempts = attemptLimiter(
    new RateLimiterRedis({
      storeClient: client,
      useRedisPackage: true,
      keyPrefix: 'lk:attempts',
      ...attemptLimit,
    }),
  );
  const place = 'Tokens, settings and events are kept in Redis.';
  return { ...redisStore({ client }), attempts, place, close: async () => void (await client.close()) };
}

/**
 * Opens the store that a text names: `memory`, `sqlite:FILE`, `postgres://…`, `mysql://…` or `redis://…`; tables
 * are made where they are missing. Throws an `InputFault` that says what to do and never repeats the text, which
 * may hold a password.
 */
export async function openStore(text: string): Promise<OpenStore> {
  try {
    if (text === 'memory') return memoryPlace();
    if (/^(sqlite:|postgres(ql)?:\/\/|mysql:\/\/|mariadb:\/\/)/i.test(text)) return await openSqlStore(text);
    if (/^rediss?:\/\//i.test(text)) return await openRedisStore(text);
  } catch (error) {
    if (error instanceof InputFault) throw error;
    const { name = '', message = '' } = error instanceof Error ? error : {};
    const said = name === 'StoreError' || name === 'TypeError' ? message : 'It cannot be opened.';
    throw new InputFault([`latchkey: the store of --store: ${said}`]);
  }
  throw new InputFault([
    'latchkey: --store takes memory, sqlite:FILE, postgres://…, mysql://… or redis://….',
  ]);
}

/**
 * The settings to start with: those given, saved where they differ from what is kept; else those kept; else the
 * host's defaults. Throws an `InputFault` with every problem where what is kept no longer parses. Spec: SE-4, SE-5
 */
export async function establishSettings(
  store: SettingsStore,
  given: Settings | null,
  host: HostProfile,
): Promise<Settings> {
  const kept = await store.load();
  if (given !== null) {
    if (JSON.stringify(kept?.document) === JSON.stringify(given)) return given;
    if ((await store.save(given, kept?.revision ?? 0)) === 'saved') return given;
    throw new InputFault(['latchkey: the settings were changed by somebody else just now; start again.']);
  }
  if (kept === null) return defaultSettings(host);
  const parsed = parseSettings(kept.document, host);
  if (parsed.ok) return parsed.value;
  throw new InputFault([
    'latchkey: the settings in the store do not fit this version or host; mend them with --settings FILE.',
    ...parsed.problem.map((issue) => issueLine('the store', issue, null)),
  ]);
}
