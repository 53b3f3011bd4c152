import type { EpochMs, Scope, SubjectId, TokenId } from './token/record.ts';

/** One changed place of the settings, in readable form. Spec: TK-7 */
export interface SettingsChange {
  readonly path: readonly (string | number)[];
  /** JSON text of the former value; null where there was none. */
  readonly before: string | null;
  /** JSON text of the new value; null where there is none any more. */
  readonly after: string | null;
}

/** Who did something, with which token if any, and from where. Never a secret. Spec: TK-7 */
export interface AuditOrigin {
  readonly at: EpochMs;
  readonly actor: SubjectId;
  /** The token that the actor was authenticated by; null for a session. */
  readonly actorTokenId: TokenId | null;
  readonly address: string | null;
}

/** One thing that happened; stored with the operation or not at all. Spec: TK-7 */
export type AuditEvent =
  | (AuditOrigin & {
      readonly kind: 'token-issued';
      readonly tokenId: TokenId;
      readonly subject: SubjectId;
      readonly scope: Scope;
      readonly expiresAt: EpochMs | null;
    })
  | (AuditOrigin & {
      readonly kind: 'token-rotated';
      readonly tokenId: TokenId;
      /** The token that took its place. */
      readonly replacedBy: TokenId;
      readonly subject: SubjectId;
      readonly scope: Scope;
      readonly expiresAt: EpochMs | null;
      /** When the old token ends. */
      readonly endsAt: EpochMs;
    })
  | (AuditOrigin & {
      readonly kind: 'token-relabelled';
      readonly tokenId: TokenId;
      readonly subject: SubjectId;
    })
  | (AuditOrigin & { readonly kind: 'token-revoked'; readonly tokenId: TokenId; readonly subject: SubjectId })
  | (AuditOrigin & {
      readonly kind: 'tokens-purged';
      readonly tokenIds: readonly TokenId[];
      readonly endedBefore: EpochMs;
    })
  | (AuditOrigin & {
      readonly kind: 'settings-changed';
      readonly revision: number;
      readonly changes: readonly SettingsChange[];
    })
  | DecisionEvent;

/** A decided request, written down only where that is asked for. Spec: TK-7 */
export interface DecisionEvent {
  readonly kind: 'request-accepted' | 'request-refused' | 'request-deferred';
  readonly at: EpochMs;
  /** The subject of an accepted token; null otherwise: an unproven name is no actor. */
  readonly actor: SubjectId | null;
  readonly actorTokenId: TokenId | null;
  readonly address: string | null;
  readonly row: string;
  readonly reason: string;
}

/** One kept event and its place in the log. */
export interface AuditEntry {
  /** Opaque and ascending in the order of the log. */
  readonly position: string;
  readonly event: AuditEvent;
}
