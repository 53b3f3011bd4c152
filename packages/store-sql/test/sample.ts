import { type AuditEvent, defaultSettings, hosts, type TokenRecord } from '@latchkey/core';

/** A record with an id of 16 characters made of a short text. */
export function recordOf(text: string, change: Partial<TokenRecord> = {}): TokenRecord {
  return {
    id: text.padStart(16, '0'),
    digest: `${'d'.repeat(42)}A`,
    keyVersion: null,
    label: `token ${text}`,
    subject: 'ada',
    issuedBy: 'ada',
    scope: 'read-write',
    createdAt: 1_000,
    expiresAt: null,
    lastUsedAt: null,
    revokedAt: null,
    revokedBy: null,
    replaces: null,
    ...change,
  };
}

/** The event of a revocation. */
export const revoked = (id: string): AuditEvent => ({
  kind: 'token-revoked',
  at: 5,
  actor: 'root',
  actorTokenId: null,
  address: '192.0.2.7',
  tokenId: id,
  subject: 'ada',
});

/** The event of a rotation. */
export const rotated = (id: string, successor: TokenRecord): AuditEvent => ({
  kind: 'token-rotated',
  at: 5,
  actor: 'ada',
  actorTokenId: null,
  address: '192.0.2.7',
  tokenId: id,
  replacedBy: successor.id,
  subject: successor.subject,
  scope: successor.scope,
  expiresAt: successor.expiresAt,
  endsAt: 9,
});

/** Settings that parse. */
export const settings = defaultSettings(hosts.generic);
