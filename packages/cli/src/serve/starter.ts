import { randomBytes } from 'node:crypto';
import {
  composeToken,
  digestToken,
  expiryWithin,
  type HostProfile,
  type Scope,
  type Settings,
  type TokenRecord,
  type TokenStore,
} from '@latchkey/core';
import { nodePlatform } from '@latchkey/node';
import { hashPassword, parsePasswordHash } from './passwords.ts';
import type { User } from './users.ts';

/** A user with the password that is shown once. */
export interface StarterUser {
  readonly user: User;
  readonly password: string;
}

/** The users of a server that was given none: an administrator and a developer, with random passwords. */
export async function starterUsers(host: HostProfile): Promise<readonly StarterUser[]> {
  const made = async (
    name: string,
    groups: readonly string[],
    administrator: boolean,
  ): Promise<StarterUser> => {
    const secret = randomBytes(15).toString('base64url');
    const password = parsePasswordHash(await hashPassword(secret));
    if (password === null) throw new TypeError('A password that was just hashed has to be readable.');
    return { user: { name, password, groups, active: true, administrator }, password: secret };
  };
  return Promise.all([
    made('admin', [...host.administratorGroups], true),
    made('ada', ['developers'], false),
  ]);
}

/** Two tokens that were issued and one that was not; their texts are shown once and kept nowhere. */
export interface StarterTokens {
  readonly subject: string;
  readonly readOnly: string;
  readonly readWrite: string;
  /** A well-formed token text that nobody issued. */
  readonly stranger: string;
}

/** What the starter's tokens are called, so that the next start can end them. */
const label = 'Made at the start of the reference server';

/**
 * Issues the tokens of the printed lines: to the first active user who is no administrator (else to the first),
 * by an administrator where there is one, and within the rules that any issuer has to keep. Spec: VA-6, SC-3
 */
export async function starterTokens(
  users: readonly User[],
  { validity, permissions }: Settings,
  tokens: TokenStore,
): Promise<StarterTokens> {
  const subject = users.find((user) => user.active && !user.administrator) ?? users[0];
  if (subject === undefined) throw new TypeError('There are no users to issue a token to.');
  const { name } = subject;
  const issuer = users.find((user) => user.active && user.administrator)?.name ?? name;
  const createdAt = nodePlatform.clock();
  const expiry = expiryWithin({ validity }, undefined, createdAt);
  if (!expiry.ok) throw new TypeError(expiry.problem.message);
  const expiresAt = expiry.value;

  // Nobody knows the texts of an earlier start any more.
  for (const { id } of await tokens.list({ subject: name, label, after: null, limit: 1000 })) {
    const origin = { at: createdAt, actor: issuer, actorTokenId: null, address: null };
    await tokens.revoke(id, createdAt, issuer, {
      kind: 'token-revoked',
      ...origin,
      tokenId: id,
      subject: name,
    });
  }

  async function issued(scope: Scope): Promise<string> {
    const { id, text } = composeToken('lk', nodePlatform.random);
    const record: TokenRecord = {
      id,
      digest: digestToken(text),
      keyVersion: null,
      label,
      subject: name,
      issuedBy: issuer,
      scope: issuer === name && permissions.create.readOnly ? 'read-only' : scope,
      createdAt,
      expiresAt,
      lastUsedAt: null,
      revokedAt: null,
      revokedBy: null,
      replaces: null,
    };
    const event = {
      kind: 'token-issued',
      at: createdAt,
      actor: issuer,
      actorTokenId: null,
      address: null,
      tokenId: id,
      subject: name,
      scope: record.scope,
      expiresAt,
    } as const;
    if ((await tokens.insert(record, event)) !== 'inserted')
      throw new TypeError('The random source repeats itself.');
    return text;
  }

  const stranger = composeToken('lk', nodePlatform.random).text;
  return {
    subject: name,
    readOnly: await issued('read-only'),
    readWrite: await issued('read-write'),
    stranger,
  };
}
