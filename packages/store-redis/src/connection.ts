import { createHash } from 'node:crypto';
import type { Commands } from './command.ts';
import { replyCode, StoreError, storeErrorOf } from './error.ts';

/** A Lua script and the hash that Redis knows it by. */
export interface Script {
  readonly text: string;
  readonly sha1: string;
  /** Most writes; false for those that may be lost without harm. */
  readonly isConfirmed: boolean;
}

/** A script from its text. */
export const scriptOf = (text: string, isConfirmed = true): Script => ({
  text,
  sha1: createHash('sha1').update(text).digest('hex'),
  isConfirmed,
});

/** The way to Redis for everything in this package: bounded, and without secrets in its errors. Spec: ST-5 */
export interface Connection {
  readonly isCluster: boolean;
  /** Sends one command to the primary that holds `key`. */
  ask(args: readonly string[], key: string): Promise<unknown>;
  /** Runs a script on keys of one slot, and waits for the replicas where that is asked for. */
  run(script: Script, keys: readonly string[], args: readonly string[]): Promise<unknown>;
}

/** How many replicas have to confirm each write, and how long that may take. */
export interface Replication {
  readonly replicas: number;
  readonly waitMs: number;
}

/**
 * The most commands that wait for Redis at once. A client queues without bound while it has no connection, and
 * what callers have given up on stays in its queue. Spec: ST-5
 */
const mostWaiting = 10_000;

/** A connection over a client's commands. */
export function connectionOf(commands: Commands, { replicas, waitMs }: Replication): Connection {
  let waiting = 0;

  async function bounded<T>(send: () => Promise<T>): Promise<T> {
    if (waiting >= mostWaiting) throw new StoreError('exhausted');
    waiting++;
    try {
      return await send();
    } catch (error) {
      // Redis forgets scripts when it restarts; only the caller knows what to do then.
      throw replyCode(error) === 'NOSCRIPT' ? unknownScript : storeErrorOf(error);
    } finally {
      waiting--;
    }
  }

  async function evaluate(args: readonly string[], key: string, isConfirmed: boolean): Promise<unknown> {
    if (!isConfirmed || replicas === 0) return bounded(() => commands.command(args, key));
    const wait = ['WAIT', `${replicas}`, `${waitMs}`];
    const [answer, confirmed] = await bounded(() => commands.pair(args, wait, key));
    if (Number(confirmed) < replicas) throw new StoreError('unreplicated');
    return answer;
  }

  return {
    isCluster: commands.isCluster,
    ask: (args, key) => bounded(() => commands.command(args, key)),
    async run(script, keys, args) {
      const [key = ''] = keys;
      const rest = [`${keys.length}`, ...keys, ...args];
      try {
        return await evaluate(['EVALSHA', script.sha1, ...rest], key, script.isConfirmed);
      } catch (error) {
        if (error !== unknownScript) throw error;
        return evaluate(['EVAL', script.text, ...rest], key, script.isConfirmed);
      }
    },
  };
}

const unknownScript = new StoreError('other', 'NOSCRIPT');
