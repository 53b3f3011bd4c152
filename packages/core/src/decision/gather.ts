import { type Client, checkAddress, resolveClient } from '../net/client.ts';
import type { Credential } from '../parse/authorization.ts';
import { overridesOf } from '../parse/override.ts';
import type { RequestInput } from '../parse/request.ts';
import { classifyTarget, type Target } from '../parse/target.ts';
import type { HostProfile } from '../settings/hosts.ts';
import type { Policy } from '../settings/policy.ts';
import { isGranted } from '../token/permission.ts';
import {
  type EpochMs,
  effectiveExpiry,
  isDigest,
  isRecordOf,
  statusOf,
  type TokenRecord,
} from '../token/record.ts';
import { scopeCovers } from '../token/scope.ts';
import { equalDigests, isTokenText, tokenId } from '../token/text.ts';
import { type Exemption, exemptionOf } from './exemption.ts';
import type { Facts, GatheredFacts } from './facts.ts';
import {
  authorizationLines,
  fallbackFor,
  type Presented,
  plainToken,
  presentedCredential,
} from './fallback.ts';
import type { AttemptState, Found, Gathering, Need, Rules, Subject, Told } from './needs.ts';

/** Everything that is known of a request once gathering ends. */
export interface Gathered {
  /** The facts that the row needed, null for the others. */
  needed: GatheredFacts;
  /** All facts gathered; more than `needed` only in a thorough gathering. */
  readonly facts: { -readonly [K in keyof Facts]: Facts[K] | null };
  readonly target: Target;
  credential: Credential | null;
  client: Client | null;
  record: TokenRecord | null;
  subject: Subject | null;
  /** The instant at which the token was judged. */
  judgedAt: EpochMs | null;
  /** True where the store answered with what no record can be: the look-up counts as failed. */
  distrusted: boolean;
  overrides: readonly string[];
  exemption: Exemption;
  retryAfterSeconds: number | null;
}

const none: readonly string[] = Object.freeze([]);

/** Compared against when there is no record, so that an unknown id costs what a known one does. Spec: TK-2 */
const noDigest = '0'.repeat(43);

/** How long a caller is asked to wait when the limiter itself cannot answer. Spec: DE-6 */
const limiterDownSeconds = 5;

/**
 * Gathers the facts of one request in the order of the table's columns and stops as soon as the row is
 * settled: no look-up without a well-formed token, none from a refused address. A thorough gathering goes
 * on past that point, for explanations. It waits for nothing itself: it yields what it needs to be told.
 * Spec: decision.md, Facts; SE-4
 */
export function* gather(request: RequestInput, rules: Rules, thorough = false): Gathering<Gathered> {
  const { policy, host } = rules;
  const gathered = begin(request, host);
  const { facts, target } = gathered;

  facts.surface = target.surface;
  if (target.surface === 'other' && isSettled(gathered, thorough)) return gathered;

  facts.path = target.suspicious && guardsPaths(policy) ? 'suspicious' : 'clean';
  if (facts.path === 'suspicious' && isSettled(gathered, thorough)) return gathered;

  const lines = authorizationLines(request);
  const plain = plainToken(request, host, rules.prefix, lines);
  const credential = plain ?? presentedCredential(request, host, lines);
  gathered.credential = credential;
  facts.credential = credential.kind;
  if (credential.kind !== 'presented' && isSettled(gathered, thorough)) return gathered;

  if (policy === null) {
    facts.fallback = 'closed';
    if (target.surface !== 'rest' && isSettled(gathered, thorough)) return gathered;
    facts.address = 'allowed';
    facts.token = 'unavailable';
    isSettled(gathered, thorough);
    return gathered;
  }

  if (credential.kind !== 'presented') {
    resolveAddress(request, policy, gathered);
    return gathered;
  }

  if (policy.settings.network.appliesTo === 'all-credentials') resolveAddress(request, policy, gathered);
  const recognised = plain !== null || isTokenText(credential.secret, rules.prefix);
  facts.fallback = fallbackFor(credential, target.surface, facts.address, policy, recognised);
  if (facts.surface !== 'rest') {
    if (facts.fallback === 'open') {
      const need = attemptsNeed(request, credential, policy, rules, gathered);
      if (need !== null) noteAttempts(gathered, yield need);
    }
    if (!isSettled(gathered, thorough)) resolveAddress(request, policy, gathered);
    return gathered;
  }

  if (resolveAddress(request, policy, gathered) !== 'allowed') {
    if (facts.fallback === 'open') {
      const need = attemptsNeed(request, credential, policy, rules, gathered);
      if (need !== null) noteAttempts(gathered, yield need);
    }
    if (isSettled(gathered, thorough)) return gathered;
  }

  facts.token = 'unknown';
  if (recognised) {
    const found = (yield { need: 'record', id: tokenId(credential.secret) }) as Found | 'unavailable';
    const judged = judgeRecord(credential, found, policy, rules, gathered);
    facts.token =
      typeof judged === 'string'
        ? judged
        : judgeSubject(yield { need: 'subject', id: judged.subject }, policy, gathered);
  }
  if (facts.token !== 'live') {
    const unusable = facts.token !== 'unavailable' && facts.token !== 'use-not-granted';
    if (unusable && facts.fallback === 'open' && facts.attempts === null) {
      const need = attemptsNeed(request, credential, policy, rules, gathered);
      if (need !== null) noteAttempts(gathered, yield need);
    }
    if (isSettled(gathered, thorough)) return gathered;
  }

  if (facts.token === 'live' && gathered.record !== null) {
    gathered.exemption = exemptionOf(request.method, target, host);
    gathered.overrides = overridesOf(request.target, request.headers);
    const demand = {
      method: request.method,
      overrides: gathered.overrides,
      exempt: gathered.exemption !== 'none',
    };
    facts.scope = scopeCovers(gathered.record.scope, demand) ? 'covers' : 'exceeds';
  }
  isSettled(gathered, thorough);
  return gathered;
}

/** Notes that the row is settled, by the facts gathered up to the first time; answers whether to stop there. */
function isSettled(gathered: Gathered, thorough: boolean): boolean {
  if (thorough && gathered.needed === gathered.facts) gathered.needed = { ...gathered.facts };
  return !thorough;
}

function begin(request: RequestInput, host: HostProfile): Gathered {
  const facts = {
    surface: null,
    path: null,
    credential: null,
    fallback: null,
    address: null,
    token: null,
    scope: null,
    attempts: null,
  };
  return {
    needed: facts,
    facts,
    target: classifyTarget(request.target, host),
    credential: null,
    client: null,
    record: null,
    subject: null,
    judgedAt: null,
    distrusted: false,
    overrides: none,
    exemption: 'none',
    retryAfterSeconds: null,
  };
}

const guardsPaths = (policy: Policy | null): boolean =>
  policy !== null && policy.settings.passwords.mode === 'refused' && policy.settings.passwords.pathGuard;

function clientOf(request: RequestInput, policy: Policy, gathered: Gathered): Client {
  gathered.client ??= resolveClient(request, policy);
  return gathered.client;
}

function resolveAddress(request: RequestInput, policy: Policy, gathered: Gathered): Facts['address'] {
  const address = gathered.facts.address ?? checkAddress(clientOf(request, policy, gathered), policy.clients);
  gathered.facts.address = address;
  return address;
}

/** What to ask the limiter about a password candidate; null where nothing limits it. Spec: DE-6 */
function attemptsNeed(
  request: RequestInput,
  credential: Presented,
  policy: Policy,
  rules: Rules,
  gathered: Gathered,
): Need | null {
  gathered.facts.attempts = 'open';
  if (!rules.limited || credential.via !== 'basic') return null;
  const client = clientOf(request, policy, gathered);
  const address = client.kind === 'resolved' ? client.address : null;
  return { need: 'attempts', username: credential.username as string, address };
}

/** Notes what the limiter says; one that fails, or says nothing clear, counts as locked for a short while. Spec: DE-6 */
function noteAttempts(gathered: Gathered, told: Told): void {
  const state = typeof told === 'object' ? (told as Partial<AttemptState> | null) : null;
  if (state?.locked === false) return;
  gathered.facts.attempts = 'locked';
  const seconds = state?.retryAfterSeconds;
  gathered.retryAfterSeconds = Number.isFinite(seconds) ? (seconds as number) : limiterDownSeconds;
}

/** Whose attempt a request counts as: the name and client of a Basic credential; null for any other request. Spec: DE-6 */
export function attemptKeyOf(
  request: RequestInput,
  rules: Rules,
): Omit<Extract<Need, { need: 'attempts' }>, 'need'> | null {
  const credential = presentedCredential(request, rules.host);
  if (rules.policy === null || credential.kind !== 'presented' || credential.via !== 'basic') return null;
  const client = resolveClient(request, rules.policy);
  return {
    username: credential.username as string,
    address: client.kind === 'resolved' ? client.address : null,
  };
}

/** What gathering learns of a token. */
export type TokenGathered = Pick<Gathered, 'record' | 'subject' | 'judgedAt' | 'distrusted'>;

/**
 * What is known of a token whose text is in our format (TK-3: no other is looked up), as far as its record tells:
 * the first that holds, with the same work for each; the record where its subject has to be asked for. Spec: TK-2, CR-6, SC-5
 */
export function judgeRecord(
  credential: Pick<Presented, 'username' | 'secret'>,
  found: Found | 'unavailable',
  policy: Policy,
  rules: Rules,
  gathered: TokenGathered,
): Exclude<Facts['token'], 'live'> | TokenRecord {
  if (found === 'unavailable') return 'unavailable';
  const { username, secret } = credential;
  const { record, at } = found;
  const isFit = record === null || isRecordOf(record, tokenId(secret));
  const keyVersion = record === null ? rules.digests.current : record.keyVersion;
  const digest = isFit ? rules.digests.of(secret, keyVersion) : null;
  const matches = digest !== null && equalDigests(digest, record === null ? noDigest : record.digest);
  // What equals a digest is one.
  if (digest === null || (record !== null && !matches && !isDigest(record.digest))) {
    gathered.distrusted = true;
    return 'unavailable';
  }
  if (record === null || !matches) return 'unknown';
  if (username !== null && username !== '' && username !== record.subject) return 'unknown';
  gathered.record = record;
  gathered.judgedAt = at;
  const status = statusOf(record, policy.settings.validity, at);
  return status === 'live' ? record : status;
}

/** What is known of a live token by its subject, as the directory answers. Spec: PE-2, decision.md, token */
export function judgeSubject(told: Told, policy: Policy, gathered: TokenGathered): Facts['token'] {
  const subject = told as Subject | null | 'unavailable';
  if (subject === 'unavailable') return 'unavailable';
  gathered.subject = subject;
  if (subject === null || subject.active !== true) return 'subject-inactive';
  return isGranted(policy.settings.permissions.use, subject.groups) ? 'live' : 'use-not-granted';
}

/** The latest instant that anything made with this token may last to; null for no end. Spec: SC-5, VA-7 */
export const endOf = (record: TokenRecord, policy: Policy): EpochMs | null =>
  effectiveExpiry(record, policy.settings.validity);
