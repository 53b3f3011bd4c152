import type { EpochMs, TokenId } from './token/record.ts';

/** One use to be written. */
export interface Use {
  readonly id: TokenId;
  readonly at: EpochMs;
}

/** Uses that wait to be written: the latest of each token, bounded. Spec: TK-6 */
export interface UseLedger {
  /** Notes a use; answers whether there is now something to write. */
  note(id: TokenId, at: EpochMs, lastUsedAt: EpochMs | null): boolean;
  /** Takes at most `limit` uses out, to be written. */
  take(limit: number): readonly Use[];
  /** Puts uses back that could not be written; a later use noted meanwhile stands. */
  putBack(uses: readonly Use[]): void;
  readonly size: number;
}

/**
 * A ledger that keeps at most `capacity` tokens, and takes no use that is less than an interval newer than
 * the one already stored: at most one write per token per interval, also with several processes.
 * When it is full the oldest waiting token goes: a lost stamp is better than unbounded memory. Spec: TK-6
 */
export function useLedger(intervalMs: number, capacity: number): UseLedger {
  const waiting = new Map<TokenId, EpochMs>();
  const put = (id: TokenId, at: EpochMs, known = waiting.get(id)): void => {
    if (known !== undefined && known >= at) return;
    if (known === undefined && waiting.size >= capacity) {
      const oldest = waiting.keys().next();
      if (!oldest.done) waiting.delete(oldest.value);
    }
    waiting.set(id, at);
  };
  return {
    note(id, at, lastUsedAt) {
      const known = waiting.get(id);
      if (known !== undefined || lastUsedAt === null || at - lastUsedAt >= intervalMs) put(id, at, known);
      return waiting.size > 0;
    },
    take(limit) {
      const uses: Use[] = [];
      for (const [id, at] of waiting) {
        if (uses.length === limit) break;
        uses.push({ id, at });
      }
      for (const { id } of uses) waiting.delete(id);
      return uses;
    },
    putBack(uses) {
      for (const { id, at } of uses) put(id, at);
    },
    get size() {
      return waiting.size;
    },
  };
}
