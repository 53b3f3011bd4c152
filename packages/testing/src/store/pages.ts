import type { AuditEntry, AuditQuery, TokenPosition, TokenQuery, TokenRecord } from '@latchkey/core';
import { assert } from './assertion.ts';
import type { StoreUnderTest } from './case.ts';

/** No listing of the kit is as long; one that goes on beyond it goes round in a circle. */
const most = 5000;

/** Pages until one is not full; `between` runs after each full one. */
async function collect<Item>(
  limit: number,
  pageBehind: (last: Item | null) => Promise<readonly Item[]>,
  between: (page: readonly Item[]) => Promise<void>,
): Promise<readonly Item[]> {
  const seen: Item[] = [];
  while (seen.length < most) {
    const page = await pageBehind(seen.at(-1) ?? null);
    assert(page.length <= limit, `a page of ${limit} had ${page.length} entries`);
    seen.push(...page);
    if (page.length < limit) return seen;
    await between(page);
  }
  throw new Error(`the listing did not end after ${most} entries`);
}

/** A whole listing of tokens, page by page; what is done between two pages may change the store. */
export const pagesOf = (
  { tokens }: StoreUnderTest,
  query: Omit<TokenQuery, 'after'>,
  between: (page: readonly TokenRecord[]) => Promise<void> = async () => {},
): Promise<readonly TokenRecord[]> => {
  const positionOf = ({ createdAt, id }: TokenRecord): TokenPosition => ({ createdAt, id });
  const behind = (last: TokenRecord | null) =>
    tokens.list({ ...query, after: last === null ? null : positionOf(last) });
  return collect(query.limit, behind, between);
};

/** A whole listing of the log, page by page. */
export const logPagesOf = (
  { audit }: StoreUnderTest,
  query: Omit<AuditQuery, 'after'>,
  between: () => Promise<void> = async () => {},
): Promise<readonly AuditEntry[]> =>
  collect(query.limit, (last) => audit.list({ ...query, after: last?.position ?? null }), between);
