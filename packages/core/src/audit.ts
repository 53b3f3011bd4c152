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

/** The tokens that an event is about, each once. */
export function tokensOfEvent(event: AuditEvent): readonly TokenId[] {
  switch (event.kind) {
    case 'tokens-purged':
      return [...new Set(event.tokenIds)];
    case 'token-rotated':
      return [...new Set([event.tokenId, event.replacedBy])];
    case 'token-issued':
    case 'token-relabelled':
    case 'token-revoked':
      return [event.tokenId];
    case 'settings-changed':
      return [];
    case 'request-accepted':
    case 'request-refused':
    case 'request-deferred':
      return event.actorTokenId === null ? [] : [event.actorTokenId];
  }
}

/** What to look for in a log; an absent filter lets everything through. */
export interface AuditFilter {
  readonly kind?: AuditEvent['kind'];
  readonly actor?: SubjectId;
  readonly tokenId?: TokenId;
  readonly at?: { readonly from?: EpochMs; readonly before?: EpochMs };
}

/** True for an event that a filter lets through; for stores that cannot ask their engine. */
export const isEventWanted = (event: AuditEvent, { kind, actor, tokenId, at }: AuditFilter): boolean =>
  (kind === undefined || event.kind === kind) &&
  (actor === undefined || event.actor === actor) &&
  (tokenId === undefined || tokensOfEvent(event).includes(tokenId)) &&
  (at?.from === undefined || event.at >= at.from) &&
  (at?.before === undefined || event.at < at.before);
