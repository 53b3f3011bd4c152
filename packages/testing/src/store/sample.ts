import type { AuditEvent, AuditOrigin, Settings, TokenId, TokenRecord } from '@latchkey/core';
import type { StoreUnderTest } from './case.ts';

/** The id with a number; ids sort as their numbers do. */
export const idOf = (number: number): TokenId => number.toString(36).toUpperCase().padStart(16, '0');

/** A record, as it would be just after it was issued, with the fields that matter to a case changed. */
export function recordOf(number: number, change: Partial<TokenRecord> = {}): TokenRecord {
  const id = change.id ?? idOf(number);
  return {
    id,
    // The last of 43 characters holds four bits of the 32 bytes, so only some characters may stand there.
    digest: `${id.padEnd(42, '-')}A`,
    keyVersion: null,
    label: `token ${number}`,
    subject: 'ada',
    issuedBy: 'ada',
    scope: 'read-write',
    createdAt: number,
    expiresAt: null,
    lastUsedAt: null,
    revokedAt: null,
    revokedBy: null,
    replaces: null,
    ...change,
  };
}

const origin: AuditOrigin = { at: 1000, actor: 'root', actorTokenId: null, address: '192.0.2.7' };

/** The events of the operations on a token. */
export const eventOf = {
  issued: (record: TokenRecord): AuditEvent => ({
    kind: 'token-issued',
    ...origin,
    tokenId: record.id,
    subject: record.subject,
    scope: record.scope,
    expiresAt: record.expiresAt,
  }),
  relabelled: (id: TokenId): AuditEvent => ({
    kind: 'token-relabelled',
    ...origin,
    tokenId: id,
    subject: 'ada',
  }),
  revoked: (id: TokenId, actor = 'root'): AuditEvent => ({
    kind: 'token-revoked',
    ...origin,
    actor,
    tokenId: id,
    subject: 'ada',
  }),
  rotated: (id: TokenId, successor: TokenRecord, endsAt: number): AuditEvent => ({
    kind: 'token-rotated',
    ...origin,
    tokenId: id,
    replacedBy: successor.id,
    subject: successor.subject,
    scope: successor.scope,
    expiresAt: successor.expiresAt,
    endsAt,
  }),
  purged: (tokenIds: readonly TokenId[], endedBefore: number): AuditEvent => ({
    kind: 'tokens-purged',
    ...origin,
    tokenIds,
    endedBefore,
  }),
  changed: (revision: number): AuditEvent => ({
    kind: 'settings-changed',
    ...origin,
    revision,
    changes: [{ path: ['network', 'allow', 0], before: null, after: '"192.0.2.0/24"' }],
  }),
  accepted: (actor: string, actorTokenId: TokenId, at = 1000): AuditEvent => ({
    kind: 'request-accepted',
    at,
    actor,
    actorTokenId,
    address: null,
    row: 'a row',
    reason: 'a-reason',
  }),
} as const;

/** A limit that no case reaches unless it is about limits. */
export const roomy = { live: 1000, at: 0 } as const;

/** Settings that are told apart by one name. Stores do not judge them. */
export const settingsOf = (name: string): Settings => ({
  version: 1,
  permissions: {
    use: { to: 'everyone' },
    create: { to: 'everyone', readOnly: false },
    createOnBehalf: { to: 'groups', groups: [name] },
  },
  validity: { maximum: 'never', choices: 'listed', existing: 'keep' },
  network: { allow: [], appliesTo: 'tokens', discloseAddress: true, reverseProxy: null },
  passwords: { mode: 'accepted', recognisedTokens: 'defer' },
  hostTokens: 'accepted',
});

/** Keeps records without events and without a limit. */
export async function fill(store: StoreUnderTest, records: readonly TokenRecord[]): Promise<void> {
  for (const record of records) {
    const word = await store.tokens.insert(record, null, null);
    if (word !== 'inserted') throw new Error(`a new record was answered with ${word}`);
  }
}

/** The record under an id, or null. */
export const found = async (store: StoreUnderTest, id: TokenId): Promise<TokenRecord | null> =>
  (await store.tokens.find(id)).record;

/** What the log says of a token, oldest first. */
export async function eventsOf(store: StoreUnderTest, tokenId: TokenId): Promise<readonly AuditEvent[]> {
  const entries = await store.audit.list({ tokenId, after: null, limit: 1000 });
  return entries.map(({ event }) => event).reverse();
}

/** The kinds of the whole log, oldest first. */
export async function kindsIn(store: StoreUnderTest): Promise<readonly AuditEvent['kind'][]> {
  const entries = await store.audit.list({ after: null, limit: 1000 });
  return entries.map(({ event }) => event.kind).reverse();
}
