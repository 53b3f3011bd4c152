import { randomBytes } from 'node:crypto';
import type { Connection, Script } from './connection.ts';
import { StoreError } from './error.ts';
import { type Keys, layout } from './keys.ts';
import { textOf } from './sortable.ts';

/** Where everything of one installation is kept, and the way there. */
export interface Space {
  readonly connection: Connection;
  readonly keys: Keys;
  /** Notes the layout before the first record is written, and sees to what a crash left halfway. Once suffices. */
  prepare(): Promise<void>;
}

/** Text that no other call has. */
export const newNonce = (): string => randomBytes(12).toString('base64url');

/**
 * Runs a script whose first key is a nonce, in a shard, and answers its word. A record that the script cannot read,
 * data of another layout, and a lease that ran out are errors.
 */
export async function runOnce(
  { connection, keys }: Space,
  script: Script,
  shard: number,
  rest: readonly string[],
  args: readonly string[],
  nonce = newNonce(),
): Promise<string> {
  const word = textOf(await connection.run(script, [keys.nonce(shard, nonce), ...rest], args));
  if (word === 'corrupt' || word === 'schema') throw new StoreError(word);
  if (word === 'late') throw new StoreError('timeout');
  return word;
}

/** The settings revision in what the revision key holds; throws `schema` for data of another layout. */
export function revisionIn(reply: unknown, { shards }: Keys): number {
  if (reply === null || reply === undefined) return 0;
  const parts = textOf(reply).split(' ');
  const revision = Number(parts[2]);
  if (parts.length !== 3 || !Number.isSafeInteger(revision) || revision < 0) throw new StoreError('schema');
  if (parts[0] !== layout || parts[1] !== `${shards}`) throw new StoreError('schema');
  return revision;
}

/** The beginning of a space: its layout and number of shards, unless it was begun. Throws `schema` where it differs. */
export async function begin({ ask }: Connection, keys: Keys): Promise<void> {
  const first = `${layout} ${keys.shards} 0`;
  revisionIn(await ask(['SET', keys.revision, first, 'NX', 'GET'], keys.revision), keys);
}

/** Runs a task until it has succeeded once; callers meanwhile wait for the same run. */
export function untilDone(task: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  return () => {
    running ??= task().catch((error: unknown) => {
      running = null;
      throw error;
    });
    return running;
  };
}

/** Groups values by shard, in the order in which the shards come up. */
export function byShard<T>(values: Iterable<T>, shardOf: (value: T) => number): ReadonlyMap<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const value of values) {
    const shard = shardOf(value);
    const group = groups.get(shard);
    if (group === undefined) groups.set(shard, [value]);
    else group.push(value);
  }
  return groups;
}
