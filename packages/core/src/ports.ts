import type { AuditEntry, AuditEvent, AuditFilter } from './audit.ts';
import type { AttemptState, Subject } from './decision/needs.ts';
import type { Settings } from './settings/schema.ts';
import type { EpochMs, Scope, SubjectId, TokenId, TokenRecord } from './token/record.ts';

/** What one look-up answers: the record, and the settings revision that stands with it. Spec: ST-1 */
export interface Lookup {
  readonly record: TokenRecord | null;
  readonly settingsRevision: number;
}

/** What a store can be relied on for; the conformance kit tests the having and the lacking. Spec: ST-4 */
export interface StoreCapabilities {
  /** Acknowledged writes outlive whoever made them. */
  readonly durable: boolean;
  /** Other processes see a write at their next look-up. */
  readonly sharedAcrossProcesses: boolean;
  /** An operation and its audit event are stored together or not at all. */
  readonly atomicAudit: boolean;
}

/** Instants from one, up to and without the other; either end may be open. */
export interface InstantRange {
  readonly from?: EpochMs;
  readonly before?: EpochMs;
}

/** Where a page goes on: behind this record in the order of the listing. */
export interface TokenPosition {
  readonly createdAt: EpochMs;
  readonly id: TokenId;
}

/** Which records to list. Newest first: by `createdAt`, then `id`, both descending. Spec: TK-5, ST-6 */
export interface TokenQuery {
  readonly subject?: SubjectId;
  /** Text that the label contains, both in lower case. */
  readonly label?: string;
  readonly scope?: Scope;
  readonly created?: InstantRange;
  /** Never-used tokens are in no range. */
  readonly used?: InstantRange;
  /** Tokens without an end are in no range. */
  readonly expires?: InstantRange;
  /** Records behind this place only; null from the first. */
  readonly after: TokenPosition | null;
  readonly limit: number;
}

/** The most live tokens that a subject may have, counted in the same step as the write. Spec: TK-8 */
export interface LiveLimit {
  readonly live: number;
  /** Not revoked and ending later than this counts as live. */
  readonly at: EpochMs;
}

/** Where tokens are kept. A store keeps and finds; it never judges. Spec: ST-1, ST-2, ST-3 */
export interface TokenStore {
  readonly capabilities: StoreCapabilities;
  /** The record under an id, or null, with the current settings revision: one round trip. */
  find(id: TokenId): Promise<Lookup>;
  /** Keeps a new record and its event; an id that is taken is refused, never overwritten. */
  insert(
    record: TokenRecord,
    event?: AuditEvent | null,
    limit?: LiveLimit | null,
  ): Promise<'inserted' | 'duplicate' | 'limit-reached'>;
  /** At most `limit` records of a listing. */
  list(query: TokenQuery): Promise<readonly TokenRecord[]>;
  relabel(id: TokenId, label: string, event: AuditEvent): Promise<'relabelled' | 'not-found'>;
  /** Ends a token; the first revocation stands, and wins over every concurrent write. */
  revoke(
    id: TokenId,
    at: EpochMs,
    by: SubjectId,
    event: AuditEvent,
  ): Promise<'revoked' | 'already-revoked' | 'not-found'>;
  /**
   * In one step: gives an unrevoked record whose end is still `expectedEnd` the new end `endsAt`, and keeps
   * its successor. `changed` where the record is gone, revoked or has another end by now. The old record
   * does not count towards the limit.
   */
  replace(
    old: { readonly id: TokenId; readonly expectedEnd: EpochMs | null; readonly endsAt: EpochMs },
    successor: TokenRecord,
    event: AuditEvent,
    limit: LiveLimit,
  ): Promise<'replaced' | 'changed' | 'duplicate' | 'limit-reached'>;
  /** Notes last uses: forward only, never on a revoked record, no other field. Spec: TK-6 */
  touch(uses: readonly { readonly id: TokenId; readonly at: EpochMs }[]): Promise<void>;
  /** Ids of at most `limit` records that expired or were revoked before an instant. */
  findEnded(before: EpochMs, limit: number): Promise<readonly TokenId[]>;
  /** Deletes those of the ids that did end before the instant, with the event; answers how many. */
  remove(ids: readonly TokenId[], endedBefore: EpochMs, event: AuditEvent): Promise<number>;
}

/** Where settings are kept, each version under a revision. Spec: SE-4, SE-5 */
export interface SettingsStore {
  /** The saved document as it stands, not judged; null where none was ever saved. */
  load(): Promise<{ readonly document: unknown; readonly revision: number } | null>;
  /** Saves over the revision that was read (0 where none was saved); refuses when another stands by now. */
  save(settings: Settings, expectedRevision: number, event?: AuditEvent): Promise<'saved' | 'conflict'>;
}

/** Which audit entries to list, newest first. */
export interface AuditQuery extends AuditFilter {
  /** Entries before this position only; null from the newest. */
  readonly after: string | null;
  readonly limit: number;
}

/** Where events are kept; operations write theirs through the other two ports. Spec: TK-7 */
export interface AuditLog {
  append(events: readonly AuditEvent[]): Promise<void>;
  list(query: AuditQuery): Promise<readonly AuditEntry[]>;
}

/** Who the users are: the host's own directory. Asked on every decision. */
export interface Directory {
  find(id: SubjectId): Promise<Subject | null>;
}

/** Whose failed logins are counted together: a name at an address. Spec: DE-6 */
export interface AttemptKey {
  readonly username: string;
  /** Null where the address could not be determined. */
  readonly address: string | null;
}

/** Counts failed logins and says when a further one is too many. Spec: DE-6 */
export interface AttemptLimiter {
  check(key: AttemptKey): Promise<AttemptState>;
  report(key: AttemptKey, outcome: 'succeeded' | 'failed'): Promise<void>;
}
