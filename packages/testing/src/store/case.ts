import type { AuditLog, SettingsStore, TokenStore } from '@latchkey/core';

/** A store as the kit takes it: the three ports over one connection, and what a test needs besides. */
export interface StoreUnderTest {
  readonly tokens: TokenStore;
  readonly settings: SettingsStore;
  readonly audit: AuditLog;
  /** Ends the connection; what `durable` promises must be there afterwards. */
  close(): Promise<void>;
  /**
   * Opens another connection to the same place, as a second process would; the first may still be open.
   * Needed by stores that are durable or shared; others may open what they have, which is nothing.
   */
  reopen?(): Promise<StoreUnderTest>;
  /** Arms a fault: the next write fails between its record and its event, once. */
  breakBetweenWrites?(): Promise<void>;
}

/** Gives a store with nothing in it, each time another one. */
export type StoreFactory = () => Promise<StoreUnderTest>;

/** One thing that every store must do: runs by itself, in any order, under any runner; rejects when it does not hold. */
export interface StoreCase {
  readonly id: string;
  /** Begins with the clause that the case proves. */
  readonly title: string;
  run(create: StoreFactory): Promise<void>;
}

/** How long the kit takes. */
export interface StoreCaseOptions {
  /** How often each race is run; 25 where absent. */
  readonly rounds?: number;
  /** How many random sequences and histories are tried; 60 where absent. */
  readonly sequences?: number;
  /** Repeats the random sequences of an earlier run; drawn anew where absent. */
  readonly seed?: number;
}

/** A case over one store that is closed at the end, whatever happens. */
export function storeCase(
  id: string,
  title: string,
  body: (store: StoreUnderTest) => Promise<void>,
): StoreCase {
  return {
    id,
    title,
    async run(create) {
      const store = await create();
      try {
        await body(store);
      } finally {
        await store.close();
      }
    },
  };
}

/** A case over two connections where the store can be shared; else both are the one that there is. */
export function sharedCase(
  id: string,
  title: string,
  body: (one: StoreUnderTest, other: StoreUnderTest) => Promise<void>,
): StoreCase {
  return storeCase(id, title, async (one) => {
    const isShared = one.tokens.capabilities.sharedAcrossProcesses && one.reopen !== undefined;
    const other = isShared && one.reopen !== undefined ? await one.reopen() : one;
    try {
      await body(one, other);
    } finally {
      if (other !== one) await other.close();
    }
  });
}
