import { hash } from 'node:crypto';
import {
  compileDigests,
  compilePolicy,
  type ReplayWorld,
  type Subject,
  type TokenRecord,
  tokenId,
} from '@latchkey/core';
import type { Scenario } from './scenario.ts';

const sha256 = (text: string): string => hash('sha256', text, 'base64url');

/** The world that a scenario describes, ready to decide its requests in: no peppers, the usual prefix. Spec: SF-1 */
export function worldOf({ host, settings, now, users, tokens }: Scenario): ReplayWorld {
  const digests = compileDigests({ sha256 });
  const records = tokens.map(
    ({ text, subject, scope, label, createdAt, expiresAt, revokedAt }): TokenRecord => ({
      id: tokenId(text),
      digest: digests.of(text, null) ?? '',
      keyVersion: null,
      label,
      subject,
      issuedBy: subject,
      scope,
      createdAt,
      expiresAt,
      lastUsedAt: null,
      revokedAt,
      revokedBy: revokedAt === null ? null : subject,
      replaces: null,
    }),
  );
  const subjects = users.map(({ name, ...rest }): Subject => ({ id: name, ...rest }));
  return {
    rules: { host, policy: compilePolicy(settings, host), prefix: 'lk', digests, limited: false },
    now,
    records: new Map(records.map((record) => [record.id, record])),
    subjects: new Map(subjects.map((subject) => [subject.id, subject])),
  };
}
