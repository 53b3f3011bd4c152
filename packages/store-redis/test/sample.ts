import type { AuditEvent, Settings, TokenRecord } from '@latchkey/core';
import type { RedisStore } from '../src/index.ts';

/** The id with a number; ids sort as their numbers do. */
export const idOf = (number: number): string => number.toString(36).toUpperCase().padStart(16, '0');

/** A digest that no error may show. */
export const digest = `${'Secret-Digest-'.repeat(3)}A`;

/** A record as it would be just after it was issued, with the fields that matter changed. */
export const recordOf = (number: number, change: Partial<TokenRecord> = {}): TokenRecord => ({
  id: idOf(number),
  digest,
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
});

const origin = { at: 1000, actor: 'root', actorTokenId: null, address: '192.0.2.7' } as const;

/** The events of operations. */
export const eventOf = {
  issued: ({ id, subject, scope, expiresAt }: TokenRecord): AuditEvent => ({
    kind: 'token-issued',
    ...origin,
    tokenId: id,
    subject,
    scope,
    expiresAt,
  }),
  relabelled: (tokenId: string): AuditEvent => ({
    kind: 'token-relabelled',
    ...origin,
    tokenId,
    subject: 'ada',
  }),
  revoked: (tokenId: string): AuditEvent => ({ kind: 'token-revoked', ...origin, tokenId, subject: 'ada' }),
  rotated: (tokenId: string, { id, subject, scope, expiresAt }: TokenRecord): AuditEvent => ({
    kind: 'token-rotated',
    ...origin,
    tokenId,
    replacedBy: id,
    subject,
    scope,
    expiresAt,
    endsAt: 60,
  }),
  purged: (tokenIds: readonly string[], endedBefore: number): AuditEvent => ({
    kind: 'tokens-purged',
    ...origin,
    tokenIds,
    endedBefore,
  }),
  changed: (revision: number): AuditEvent => ({ kind: 'settings-changed', ...origin, revision, changes: [] }),
} as const;

/** A limit that nothing here reaches. */
export const roomy = { live: 1000, at: 0 } as const;

/** Settings; stores do not judge them. */
export const settings: Settings = {
  version: 1,
  permissions: {
    use: { to: 'everyone' },
    create: { to: 'everyone', readOnly: false },
    createOnBehalf: { to: 'groups', groups: ['administrators'] },
  },
  validity: { maximum: 'never', choices: 'listed', existing: 'keep' },
  network: { allow: [], appliesTo: 'tokens', discloseAddress: true, reverseProxy: null },
  passwords: { mode: 'accepted', recognisedTokens: 'defer' },
  hostTokens: 'accepted',
};

/** The replacement of token `from` by token `to`. */
export const rotate = ({ tokens }: Pick<RedisStore, 'tokens'>, from: number, to: number) => {
  const successor = recordOf(to, { replaces: idOf(from) });
  const old = { id: idOf(from), expectedEnd: null, endsAt: 60 };
  return tokens.replace(old, successor, eventOf.rotated(idOf(from), successor), roomy);
};

/** The kinds of the whole log, oldest first. */
export const kindsIn = async ({ audit }: Pick<RedisStore, 'audit'>): Promise<readonly string[]> =>
  (await audit.list({ after: null, limit: 1000 })).map(({ event }) => event.kind).reverse();

/** Every operation of the three ports once, so that whoever watches sees each command. */
export async function everything({ tokens, settings: saved, audit }: RedisStore): Promise<void> {
  for (let number = 1; number <= 12; number++) {
    const record = recordOf(number, { expiresAt: number > 6 ? 5 : null, subject: `user ${number % 3}` });
    await tokens.insert(record, eventOf.issued(record), roomy);
  }
  await tokens.insert(recordOf(1), null, null);
  await tokens.insert(recordOf(20), null, { live: 0, at: 0 });
  await tokens.find(idOf(1));
  await tokens.relabel(idOf(2), 'Other', eventOf.relabelled(idOf(2)));
  await tokens.touch([1, 2, 3, 4].map((number) => ({ id: idOf(number), at: 40 })));
  await tokens.revoke(idOf(3), 50, 'root', eventOf.revoked(idOf(3)));
  for (const [from, to] of [
    [4, 31],
    [5, 32],
    [6, 33],
    [6, 34],
    [1, 2],
  ] as const)
    await rotate({ tokens }, from, to);
  for (const filter of [
    {},
    { subject: 'ada' },
    { scope: 'read-only' as const },
    { used: {} },
    { label: 'to' },
  ])
    await tokens.list({ ...filter, after: null, limit: 5 });
  const ids = await tokens.findEnded(55, 100);
  await tokens.remove(ids, 55, eventOf.purged(ids, 55));
  await saved.save(settings, 0, eventOf.changed(1));
  await saved.load();
  await audit.append([eventOf.revoked(idOf(9)), eventOf.revoked(idOf(8))]);
  await audit.list({ after: null, limit: 3 });
}
