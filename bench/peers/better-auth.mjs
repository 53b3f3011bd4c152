// better-auth with its API-key plugin, as its documentation sets it up. Its own rate limit, on by default with ten
// requests a day, is off, because it would refuse the measurement; off is also the cheaper way.
import { createHash } from 'node:crypto';
import { apiKey } from '@better-auth/api-key';
import { betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';

const base = {
  secret: 'a secret of a measurement, used nowhere else',
  baseURL: 'http://localhost',
  logger: { disabled: true },
  telemetry: { enabled: false },
};
const plugin = { rateLimit: { enabled: false } };

/** As the plugin hashes a key. @param {string} key */
const digestOf = (key) => createHash('sha256').update(key).digest('base64url');

/** The letters of the plugin's keys. @param {number} number */
const keyText = (number) =>
  `${number}`.replace(/\d/g, (digit) => 'abcdefghij'.charAt(Number(digit))).padEnd(64, 'KLMNOPQRSTUVWXYZ');

const user = (/** @type {string} */ id) => ({
  id,
  name: id,
  email: `${id}@example.org`,
  emailVerified: true,
  createdAt: new Date(),
  updatedAt: new Date(),
});

const tables = () => ({
  user: [user('u0')],
  session: [],
  account: [],
  verification: [],
  /** @type {Record<string, unknown>[]} */
  apikey: [],
});

/**
 * Keys in the memory adapter, which walks its whole table for each look-up: hence few of them.
 *
 * @param {number} count
 */
export async function inMemoryAdapter(count) {
  const db = tables();
  const auth = betterAuth({ ...base, database: memoryAdapter(db), plugins: [apiKey(plugin)] });
  const { key: first } = await auth.api.createApiKey({ body: { userId: 'u0', name: 'build' } });
  const [row] = db.apikey;
  const keys = [first];
  for (let number = 1; number < count; number++) {
    const key = keyText(number);
    db.apikey.push({
      ...row,
      id: `k${number}`,
      key: digestOf(key),
      referenceId: `u${number}`,
      createdAt: new Date(),
      updatedAt: new Date(),
    });
    keys.push(key);
  }
  return { auth, keys, db };
}

/**
 * Keys in secondary storage, whatever that is kept in; a table of users in memory stands behind it.
 *
 * @param {number} count
 * @param {{ get(key: string): Promise<string | null>, set(key: string, value: string): Promise<unknown>,
 *   delete(key: string): Promise<unknown> }} storage
 */
export async function inSecondaryStorage(count, storage) {
  const auth = betterAuth({
    ...base,
    database: memoryAdapter(tables()),
    // What else the type asks for is for features that are off.
    secondaryStorage: /** @type {any} */ (storage),
    plugins: [apiKey({ ...plugin, storage: 'secondary-storage' })],
  });
  const { key: first, id } = await auth.api.createApiKey({ body: { userId: 'u0', name: 'build' } });
  const made = JSON.parse((await storage.get(`api-key:by-id:${id}`)) ?? '{}');
  const keys = [first];
  for (let number = 1; number < count; number++) {
    const key = keyText(number);
    const reference = `u${number}`;
    const record = { ...made, id: `k${number}`, key: digestOf(key), referenceId: reference };
    await storage.set(`api-key:${record.key}`, JSON.stringify(record));
    await storage.set(`api-key:by-id:${record.id}`, JSON.stringify(record));
    await storage.set(`api-key:by-ref:${reference}`, JSON.stringify([record.id]));
    keys.push(key);
  }
  return { auth, keys };
}

/** Secondary storage in a Map. */
export function mapStorage() {
  const kept = new Map();
  return {
    get: async (/** @type {string} */ key) => kept.get(key) ?? null,
    set: async (/** @type {string} */ key, /** @type {string} */ value) => void kept.set(key, value),
    delete: async (/** @type {string} */ key) => void kept.delete(key),
  };
}

/**
 * Keys in a database of a pg pool, in the tables that better-auth's own migration makes.
 *
 * @param {number} count
 * @param {any} pool Of pg.
 */
export async function inPostgres(count, pool) {
  const { getMigrations } = await import('better-auth/db/migration');
  const auth = betterAuth({ ...base, database: pool, plugins: [apiKey(plugin)] });
  const { runMigrations } = await getMigrations(auth.options);
  await runMigrations();
  const { id, name, email, createdAt } = user('u0');
  await pool.query(
    'insert into "user" (id, name, email, "emailVerified", "createdAt", "updatedAt") values ($1, $2, $3, true, $4, $4)',
    [id, name, email, createdAt],
  );
  const keys = [];
  for (let number = 0; number < count; number++)
    keys.push((await auth.api.createApiKey({ body: { userId: id, name: 'build' } })).key);
  return { auth, keys };
}
