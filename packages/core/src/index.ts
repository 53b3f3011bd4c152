export {
  type AuditEntry,
  type AuditEvent,
  type AuditFilter,
  type AuditOrigin,
  type DecisionEvent,
  isEventWanted,
  type SettingsChange,
  tokensOfEvent,
} from './audit.ts';
export { outageAnswer, type PublicAnswer } from './decision/answer.ts';
export { checkTable, type TableFlaw } from './decision/check.ts';
export type { Counterfactual, FactChange } from './decision/counterfactual.ts';
export { decide, type Verdict } from './decision/decide.ts';
export { conclude, type Decision, type Obligation } from './decision/decision.ts';
export { type ExplainedFact, type Explanation, explainGathered } from './decision/explain.ts';
export { type Domains, domains, type Facts, type GatheredFacts } from './decision/facts.ts';
export { type Gathered, gather } from './decision/gather.ts';
export type { AddressImpact } from './decision/impact/addresses.ts';
export type { GrantChange, GrantImpact } from './decision/impact/grants.ts';
export type { ActorImpact, RecordedRequest, RequestChange } from './decision/impact/requests.ts';
export type { TokenChange, TokenImpact, TokenSide, TokenWorth } from './decision/impact/tokens.ts';
export { type Impact, type ImpactWorld, impactOf } from './decision/impact.ts';
export type { Need, Principal, Rules, Subject, Told } from './decision/needs.ts';
export { type DenyStatus, isReason, type Reason, type ReasonEntry, reasons } from './decision/reasons.ts';
export { type ReplayFault, type ReplayWorld, replay } from './decision/replay.ts';
export type { ShadowDifference } from './decision/shadow.ts';
export { decisionTable, type Row } from './decision/table.ts';
export type { Verification } from './decision/verify.ts';
export type {
  Latchkey,
  LatchkeyOptions,
  Observer,
  PortName,
  SettingsOperations,
  TokenOperations,
} from './engine.ts';
export { LatchkeyError, type LatchkeyErrorCode } from './errors.ts';
export { createLatchkey } from './latchkey.ts';
export { parseAddress } from './net/address.ts';
export { type Client, type ClientRules, checkAddress, type Hop, resolveClient } from './net/client.ts';
export { compileRanges, parseRange, parseTrustedRange, type Ranges, subtractRanges } from './net/ranges.ts';
export { type Actor, actorOf } from './operation/actor.ts';
export type { AuditPage, AuditRequest } from './operation/audit.ts';
export type { ImpactRequest } from './operation/impact.ts';
export type { IssuedToken, IssueRequest } from './operation/issue.ts';
export type { ListRequest, TokenPageOf } from './operation/list.ts';
export type { RotatedToken, RotateRequest } from './operation/rotate.ts';
export type { LoadedSettings, SavedSettings } from './operation/settings.ts';
export type { TokenView } from './operation/view.ts';
export { type Credential, parseCredential } from './parse/authorization.ts';
export { formatInstant, parseInstant } from './parse/instant.ts';
export {
  type JoinedHeaders,
  joinedHeaderLines,
  pairedHeaderLines,
  type RequestInput,
  targetOfUrl,
} from './parse/request.ts';
export { classifyTarget, type Target, type TargetRules } from './parse/target.ts';
export type {
  AttemptKey,
  AttemptLimiter,
  AuditLog,
  AuditQuery,
  Directory,
  InstantRange,
  LiveLimit,
  Lookup,
  SettingsStore,
  StoreCapabilities,
  TokenPosition,
  TokenQuery,
  TokenStore,
} from './ports.ts';
export type { Issue, Result } from './result.ts';
export { settingsDifference } from './settings/difference.ts';
export {
  checkProfile,
  type ExemptEndpoint,
  type HostProfile,
  hosts,
  hostTokenSection,
} from './settings/hosts.ts';
export { type Migration, type MigrationNote, migrateSettings } from './settings/migrate.ts';
export { compilePolicy, type Policy } from './settings/policy.ts';
export {
  type Finding,
  type FindingCode,
  type ReviewFacts,
  reviewChecks,
  reviewSettings,
} from './settings/review.ts';
export { defaultSettings, parseSettings, type Settings, settingsJsonSchema } from './settings/schema.ts';
export { compileDigests, type Digests, type Peppers } from './token/digest.ts';
export { type Grant, type GroupId, isGranted, tokenPage } from './token/permission.ts';
export {
  type EpochMs,
  effectiveExpiry,
  isTokenRecord,
  type Scope,
  type SubjectId,
  statusOf,
  type TokenId,
  type TokenRecord,
} from './token/record.ts';
export { composeToken, digestToken, isTokenPrefix, isTokenText, tokenId } from './token/text.ts';
export {
  addValidity,
  type ExpiryRequest,
  expiryWithin,
  type Validity,
  type ValidityRules,
  validities,
  validityChoices,
} from './token/validity.ts';
