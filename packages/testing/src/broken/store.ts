import type { AuditLog, SettingsStore, TokenId, TokenRecord, TokenStore } from '@latchkey/core';
import type { StoreFactory, StoreUnderTest } from '../store/case.ts';

/** A store that breaks one rule, made of one that keeps them all. */
export interface BrokenStore {
  readonly id: string;
  /** The rule that is broken, and how. */
  readonly title: string;
  wrap(create: StoreFactory): StoreFactory;
}

/** What a broken store does otherwise than the one inside. */
export interface Breakage {
  readonly tokens?: Partial<TokenStore>;
  readonly settings?: Partial<SettingsStore>;
  readonly audit?: Partial<AuditLog>;
  readonly reopen?: () => Promise<StoreUnderTest>;
  readonly breakBetweenWrites?: () => Promise<void>;
}

/** A store as it is, but for what a breakage replaces. */
export const breakStore = (
  inner: StoreUnderTest,
  { tokens, settings, audit, ...rest }: Breakage,
): StoreUnderTest => ({
  ...inner,
  ...rest,
  tokens: { ...inner.tokens, ...tokens },
  settings: { ...inner.settings, ...settings },
  audit: { ...inner.audit, ...audit },
});

/** A broken store; `breakage` is asked once for each store that is created. */
export const broken = (
  id: string,
  title: string,
  breakage: (inner: StoreUnderTest) => Breakage,
): BrokenStore => ({
  id,
  title,
  wrap: (create) => async () => {
    const inner = await create();
    return breakStore(inner, breakage(inner));
  },
});

/** Records as a broken store shows them, where that is not as they are. */
export interface Overlay {
  /** Shows a record changed from now on. */
  change(id: TokenId, fields: Partial<TokenRecord>): void;
  /** The reading half of the port, through the changes. */
  readonly reading: Pick<TokenStore, 'find' | 'list'>;
}

/** Nothing changed yet. A listing shows the changes and does not filter by them. */
export function overlay({ tokens }: StoreUnderTest): Overlay {
  const changes = new Map<TokenId, Partial<TokenRecord>>();
  const shown = (record: TokenRecord): TokenRecord => ({ ...record, ...changes.get(record.id) });
  return {
    change(id, fields) {
      changes.set(id, { ...changes.get(id), ...fields });
    },
    reading: {
      async find(id) {
        const { record, settingsRevision } = await tokens.find(id);
        return { record: record === null ? null : shown(record), settingsRevision };
      },
      async list(query) {
        return (await tokens.list(query)).map(shown);
      },
    },
  };
}

/** Long enough for whatever else is going on to come in between. */
export const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** Every record there is. */
export const everything = ({ tokens }: StoreUnderTest): Promise<readonly TokenRecord[]> =>
  tokens.list({ after: null, limit: 100_000 });
