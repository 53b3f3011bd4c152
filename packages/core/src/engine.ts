import type { DecisionEvent } from './audit.ts';
import type { Decision } from './decision/decision.ts';
import type { Explanation } from './decision/explain.ts';
import type { Impact } from './decision/impact.ts';
import type { ShadowDifference } from './decision/shadow.ts';
import type { Verification } from './decision/verify.ts';
import type { Actor } from './operation/actor.ts';
import type { AuditPage, AuditRequest } from './operation/audit.ts';
import type { ImpactRequest } from './operation/impact.ts';
import type { IssuedToken, IssueRequest } from './operation/issue.ts';
import type { ListRequest, TokenPageOf } from './operation/list.ts';
import type { RotatedToken, RotateRequest } from './operation/rotate.ts';
import type { LoadedSettings, SavedSettings } from './operation/settings.ts';
import type { TokenView } from './operation/view.ts';
import type { RequestInput } from './parse/request.ts';
import type { AttemptLimiter, AuditLog, Directory, SettingsStore, TokenStore } from './ports.ts';
import type { Issue, Result } from './result.ts';
import type { HostProfile } from './settings/hosts.ts';
import type { Finding } from './settings/review.ts';
import type { Settings } from './settings/schema.ts';
import type { Peppers } from './token/digest.ts';
import type { EpochMs, SubjectId, TokenId } from './token/record.ts';

/** Which port a failure came from. */
export type PortName = 'tokens' | 'directory' | 'settings' | 'attempts' | 'audit' | 'operation';

/** Told of what would otherwise be seen by nobody; what it throws is ignored. */
export interface Observer {
  /** A port failed, took too long, or was not asked because too many calls were waiting. */
  portFailed?(port: PortName): void;
  /** Decision events that no longer fitted into the queue. */
  eventsLost?(count: number): void;
}

/** What an engine is made of. Clock and random source are the caller's; core has none. */
export interface LatchkeyOptions {
  readonly host: HostProfile;
  /**
   * Fixed settings, or a store under which they may change while the engine runs: then of the same store as
   * `tokens`, because a look-up of a token brings the revision of the settings. Spec: SE-5, ST-1
   */
  readonly settings: Settings | SettingsStore;
  readonly tokens: TokenStore;
  readonly directory: Directory;
  readonly clock: () => EpochMs;
  /** Cryptographically secure random bytes. */
  readonly random: (bytes: number) => Uint8Array;
  /** A faster SHA-256 of the platform: synchronous, text in, base64url out; proven before it is used. */
  readonly sha256?: (text: string) => string;
  /** Where the audit log is read from, and decision events are written to. Spec: TK-7 */
  readonly audit?: AuditLog;
  /** Which decided requests are written down; none by default. Spec: TK-7 */
  readonly auditDecisions?: readonly DecisionEvent['kind'][];
  /** Counts failed logins; without one no credential is ever locked. Spec: DE-6 */
  readonly attempts?: AttemptLimiter;
  readonly peppers?: Peppers;
  /** The text before the first `_` of this installation's tokens; `lk` by default. Spec: TK-1 */
  readonly prefix?: string;
  /** How long a port may take before its answer counts as failed, in ms: 250 and 2,000 by default. Spec: ST-5 */
  readonly deadlines?: { readonly lookUpMs?: number; readonly manageMs?: number };
  /** How many calls may wait at once; beyond it the answer is 503 at once; 1,000 by default. Spec: ST-5 */
  readonly maximumWaiting?: number;
  /** The most live tokens of one subject; 100 by default. Spec: TK-8 */
  readonly maximumLive?: number;
  /** The least time between two writes of a token's last use, in ms; 60,000 by default. Spec: TK-6 */
  readonly lastUseIntervalMs?: number;
  readonly observer?: Observer;
  /** Settings to try beside the live ones: they change nothing, and each difference is told once. Spec: IM-2 */
  readonly shadow?: { readonly settings: Settings; report(difference: ShadowDifference): void };
}

/** Operations on tokens; each decides by the actor, and answers a value or a refusal with a code. Spec: TK-5, PE-5 */
export interface TokenOperations {
  issue(by: Actor, request: IssueRequest): Promise<Result<IssuedToken, Issue>>;
  show(by: Actor, id: TokenId): Promise<Result<TokenView, Issue>>;
  list(by: Actor, request?: ListRequest): Promise<Result<TokenPageOf, Issue>>;
  relabel(by: Actor, id: TokenId, label: string): Promise<Result<'relabelled', Issue>>;
  revoke(by: Actor, id: TokenId): Promise<Result<'revoked' | 'already-revoked', Issue>>;
  revokeAll(by: Actor, subject: SubjectId): Promise<Result<{ revoked: number }, Issue>>;
  rotate(by: Actor, id: TokenId, request?: RotateRequest): Promise<Result<RotatedToken, Issue>>;
  purge(by: Actor, request: { readonly retentionMs: number }): Promise<Result<{ purged: number }, Issue>>;
}

/** Operations on settings, for administrators. Spec: SE-5, RE-1 */
export interface SettingsOperations {
  load(by: Actor): Promise<Result<LoadedSettings, readonly Issue[]>>;
  save(
    by: Actor,
    document: unknown,
    expectedRevision: number,
  ): Promise<Result<SavedSettings, readonly Issue[]>>;
  /** Findings of a document that is not saved. */
  review(document: unknown): Result<readonly Finding[], readonly Issue[]>;
  /** What saving a document would change; the inner result holds the impact, or the document's issues. Spec: IM-1 */
  impact(
    by: Actor,
    document: unknown,
    request?: ImpactRequest,
  ): Promise<Result<Result<Impact, readonly Issue[]>, Issue>>;
}

/** The engine: every request decided by the policy that stands. */
export interface Latchkey {
  /** The decision on one request; rejects only after `close`. Spec: decision.md */
  authenticate(request: RequestInput): Promise<Decision>;
  /** Why a request would be decided as it is; records no use. For administrators only. Spec: DE-4 */
  explain(request: RequestInput): Promise<Explanation>;
  /** Whether a token text is live, where there is no request: no address, no scope is judged. */
  verify(tokenText: string): Promise<Verification>;
  /** Tells the limiter how the host's password check of a deferred request ended. Spec: DE-6 */
  reportPasswordOutcome(request: RequestInput, outcome: 'succeeded' | 'failed'): Promise<void>;
  readonly tokens: TokenOperations;
  readonly settings: SettingsOperations;
  readonly audit: { list(by: Actor, request?: AuditRequest): Promise<Result<AuditPage, Issue>> };
  /** Ends the engine; last uses and events that still wait are written first. */
  close(): Promise<void>;
}
