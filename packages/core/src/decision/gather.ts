import { type Client, checkAddress, resolveClient } from '../net/client.ts';
import type { Credential } from '../parse/authorization.ts';
import { overridesOf } from '../parse/override.ts';
import type { RequestInput } from '../parse/request.ts';
import { classifyTarget, type Target } from '../parse/target.ts';
import type { HostProfile } from '../settings/hosts.ts';
import type { Policy } from '../settings/policy.ts';
import { isGranted } from '../token/permission.ts';
import { type EpochMs, effectiveExpiry, isTokenRecord, statusOf, type TokenRecord } from '../token/record.ts';
import { scopeCovers } from '../token/scope.ts';
import { equalDigests, isTokenText, tokenId } from '../token/text.ts';
import { type Exemption, exemptionOf } from './exemption.ts';
import type { Facts, GatheredFacts } from './facts.ts';
import { fallbackFor, type Presented, presentedCredential } from './fallback.ts';
import type { AttemptState, Found, Gathering, Need, Rules, Subject } from './needs.ts';

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
  overrides: readonly string[];
  exemption: Exemption;
  retryAfterSeconds: number | null;
}

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
  let settled = false;
  const stopsAt = (condition: boolean): boolean => {
    if (condition && !settled) {
      settled = true;
      if (thorough) gathered.needed = { ...facts };
    }
    return settled && !thorough;
  };

  facts.surface = target.surface;
  if (stopsAt(target.surface === 'other')) return gathered;

  facts.path = target.suspicious && guardsPaths(policy) ? 'suspicious' : 'clean';
  if (stopsAt(facts.path === 'suspicious')) return gathered;

  const credential = presentedCredential(request, host);
  gathered.credential = credential;
  facts.credential = credential.kind;
  if (stopsAt(credential.kind !== 'presented')) return gathered;

  if (policy === null) {
    facts.fallback = 'closed';
    if (stopsAt(target.surface !== 'rest')) return gathered;
    facts.address = 'allowed';
    facts.token = 'unavailable';
    stopsAt(true);
    return gathered;
  }

  if (credential.kind !== 'presented') {
    resolveAddress(request, policy, gathered);
    return gathered;
  }

  if (policy.settings.network.appliesTo === 'all-credentials') resolveAddress(request, policy, gathered);
  const recognised = isTokenText(credential.secret, rules.prefix);
  facts.fallback = fallbackFor(credential, target.surface, facts.address, policy, recognised);
  if (facts.surface !== 'rest') {
    if (facts.fallback === 'open') yield* gatherAttempts(request, credential, policy, rules, gathered);
    if (!stopsAt(true)) resolveAddress(request, policy, gathered);
    return gathered;
  }

  const address = resolveAddress(request, policy, gathered);
  if (address !== 'allowed') {
    if (facts.fallback === 'open') yield* gatherAttempts(request, credential, policy, rules, gathered);
    if (stopsAt(true)) return gathered;
  }

  facts.token = recognised ? yield* gatherToken(credential, policy, rules, gathered) : 'unknown';
  if (facts.token !== 'live') {
    const unusable = facts.token !== 'unavailable' && facts.token !== 'use-not-granted';
    if (unusable && facts.fallback === 'open' && facts.attempts === null)
      yield* gatherAttempts(request, credential, policy, rules, gathered);
    if (stopsAt(true)) return gathered;
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
  stopsAt(true);
  return gathered;
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
    overrides: [],
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

/** Asks the limiter about a password candidate; one that fails counts as locked, for a short while. Spec: DE-6 */
function* gatherAttempts(
  request: RequestInput,
  credential: Presented,
  policy: Policy,
  rules: Rules,
  gathered: Gathered,
): Gathering<void> {
  gathered.facts.attempts = 'open';
  if (!rules.limited || credential.via !== 'basic') return;
  const client = clientOf(request, policy, gathered);
  const address = client.kind === 'resolved' ? client.address : null;
  const told = (yield { need: 'attempts', username: credential.username ?? '', address }) as
    | AttemptState
    | 'unavailable';
  if (told !== 'unavailable' && !told.locked) return;
  gathered.facts.attempts = 'locked';
  gathered.retryAfterSeconds = told === 'unavailable' ? limiterDownSeconds : told.retryAfterSeconds;
}

/** Whose attempt a request counts as: the name and client of a Basic credential; null for any other request. Spec: DE-6 */
export function attemptKeyOf(
  request: RequestInput,
  rules: Rules,
): Omit<Extract<Need, { need: 'attempts' }>, 'need'> | null {
  const credential = presentedCredential(request, rules.host);
  if (rules.policy === null || credential.kind !== 'presented' || credential.via !== 'basic') return null;
  const client = resolveClient(request, rules.policy);
  return { username: credential.username ?? '', address: client.kind === 'resolved' ? client.address : null };
}

/**
 * What is known of a token whose text is in our format (TK-3: no other is looked up): the first that holds,
 * with the same work for each. Spec: TK-2, CR-6, SC-5
 */
export function* gatherToken(
  credential: Pick<Presented, 'username' | 'secret'>,
  policy: Policy,
  rules: Rules,
  gathered: Pick<Gathered, 'record' | 'subject' | 'judgedAt'>,
): Gathering<Facts['token']> {
  const { username, secret } = credential;
  const id = tokenId(secret);
  const found = (yield { need: 'record', id }) as Found | 'unavailable';
  if (found === 'unavailable') return 'unavailable';
  const { record, at } = found;
  if (record !== null && (!isTokenRecord(record) || record.id !== id)) return 'unavailable';
  const digest = rules.digests.of(secret, record === null ? rules.digests.current : record.keyVersion);
  if (digest === null) return 'unavailable';
  const matches = equalDigests(digest, record === null ? noDigest : record.digest);
  if (record === null || !matches) return 'unknown';
  if (username !== null && username !== '' && username !== record.subject) return 'unknown';
  gathered.record = record;
  gathered.judgedAt = at;
  const status = statusOf(record, policy.settings.validity, at);
  if (status !== 'live') return status;
  const subject = (yield { need: 'subject', id: record.subject }) as Subject | null | 'unavailable';
  if (subject === 'unavailable') return 'unavailable';
  gathered.subject = subject;
  if (subject === null || !subject.active) return 'subject-inactive';
  return isGranted(policy.settings.permissions.use, subject.groups) ? 'live' : 'use-not-granted';
}

/** The latest instant that anything made with this token may last to; null for no end. Spec: SC-5, VA-7 */
export const endOf = (record: TokenRecord, policy: Policy): EpochMs | null =>
  effectiveExpiry(record, policy.settings.validity);
