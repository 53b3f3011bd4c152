import { CompiledQuery, type Kysely } from 'kysely';
import { type DialectTraits, dialectOf, dialects, type SqlDialect } from './dialect.ts';
import type { StoreError } from './error.ts';
import { storeError } from './failure.ts';
import type { Tables } from './schema.ts';
import { checkState, readState } from './state.ts';

/** The way to the database that the three ports share. */
export interface Session {
  readonly db: Kysely<Tables>;
  readonly traits: DialectTraits;
  /** Runs statements that only read. */
  read<T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T>;
  /** Runs statements as one transaction, which is undone where `keeps` denies the answer. Spec: ST-3 */
  write<T>(work: (transaction: Kysely<Tables>) => Promise<T>, keeps?: (answer: T) => boolean): Promise<T>;
}

/** How often something is begun that others get in the way of. */
const attempts = 10;
/** The longest of the waits between, in milliseconds; each is random, so that two do not meet again. */
const longestWaitMs = 200;

const pause = (attempt: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(longestWaitMs, 4 * 2 ** attempt)));

/**
 * Whether to try again. Contention ended without effect. A connection that was found dead is tried once more, because
 * a pool hands out those that a restart of the server has left behind.
 */
const mayRetry = ({ kind }: StoreError, attempt: number): boolean =>
  kind === 'contention' ? attempt < attempts : kind === 'unavailable' && attempt === 1;

/** Tries again what others got in the way of; `isHarmless` tells whether a failed attempt certainly changed nothing. */
async function withRetries<T>(once: () => Promise<T>, isHarmless: () => boolean): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await once();
    } catch (error) {
      const failure = storeError(error);
      if (!mayRetry(failure, attempt) || (failure.kind !== 'contention' && !isHarmless())) throw failure;
      await pause(attempt);
    }
  }
}

/** Runs statements as one transaction of a dialect, which is undone where `keeps` denies the answer. */
export function transact<T>(
  db: Kysely<Tables>,
  traits: DialectTraits,
  work: (transaction: Kysely<Tables>) => Promise<T>,
  keeps: (answer: T) => boolean = () => true,
): Promise<T> {
  let hasBegun = false;
  const once = () =>
    db.connection().execute(async (connection) => {
      const run = (statement: string) => connection.executeQuery(CompiledQuery.raw(statement));
      hasBegun = false;
      for (const statement of traits.begin) await run(statement);
      hasBegun = true;
      try {
        const answer = await work(connection);
        await run(keeps(answer) ? 'commit' : 'rollback');
        return answer;
      } catch (error) {
        // What failed first is told; a connection that cannot even be rolled back is dropped by its pool.
        await run('rollback').catch(() => undefined);
        throw error;
      }
    });
  return withRetries(once, () => !hasBegun);
}

/** A session over a Kysely instance, without its plugins: they could rename our columns. */
export function sessionOf<Database>(
  given: Kysely<Database>,
  dialect: SqlDialect = dialectOf(given),
): Session {
  const db = given.withoutPlugins() as unknown as Kysely<Tables>;
  const traits = dialects[dialect];
  return {
    db,
    traits,
    read: (work) =>
      withRetries(
        () => work(db),
        () => true,
      ),
    write(work, keeps = () => true) {
      const checked = async (transaction: Kysely<Tables>) => {
        const answer = await work(transaction);
        // Not after a refusal: the statement that met a taken key has made the transaction useless.
        if (keeps(answer)) checkState(await readState(transaction));
        return answer;
      };
      return transact(db, traits, checked, keeps);
    },
  };
}
