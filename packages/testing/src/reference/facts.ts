import type { Facts, Principal, RequestInput, Subject, TokenRecord, Verdict } from '@latchkey/core';
import { type ReferenceClient, resolveClient } from './client.ts';
import { parseCredential, type ReferenceCredential } from './credential.ts';
import { referenceDecide } from './decide.ts';
import { isWithin } from './range.ts';
import { scopeOf } from './scope.ts';
import { classifyTarget, type ReferenceTarget } from './target.ts';
import { partsOf, type TokenParts } from './token.ts';
import { expiryInForce } from './validity.ts';
import type { ReferenceWorld } from './world.ts';

/** The facts of one request; null where the row was settled without. */
export type PartialFacts = { readonly [K in keyof Facts]: Facts[K] | null };

/** All that the reference says about one request. */
export interface ReferenceAnswer {
  readonly facts: PartialFacts;
  /** Null unless the address was gathered. */
  readonly client: ReferenceClient | null;
  /** Who it is, when the effect is `allow`. */
  readonly principal: Principal | null;
  readonly verdict: Verdict;
}

type Presented = Extract<ReferenceCredential, { kind: 'presented' }>;
type Gathering = { -readonly [K in keyof Facts]: Facts[K] | null } & {
  client: ReferenceClient | null;
  principal: Principal | null;
};

/**
 * Gathers the facts of a request one after the other, stops where the row is settled, and decides.
 *
 * It is slow and plain on purpose, and shares no code with core. Spec: decision.md, SE-4.
 *
 * @example
 * const { facts, verdict } = referenceFacts(request, world);
 * verdict.row; // 'accepted'
 */
export function referenceFacts(request: RequestInput, world: ReferenceWorld): ReferenceAnswer {
  const gathering: Gathering = {
    surface: null,
    path: null,
    credential: null,
    fallback: null,
    address: null,
    token: null,
    scope: null,
    attempts: null,
    client: null,
    principal: null,
  };
  gather(request, world, gathering);
  const { client, principal, ...facts } = gathering;
  return { facts, client, principal, verdict: referenceDecide(completed(facts)) };
}

/** Facts with any value where none was needed; the verdict does not depend on which. */
function completed(facts: PartialFacts): Facts {
  return {
    surface: facts.surface ?? 'other',
    path: facts.path ?? 'clean',
    credential: facts.credential ?? 'none',
    fallback: facts.fallback ?? 'closed',
    address: facts.address ?? 'allowed',
    token: facts.token ?? 'unknown',
    scope: facts.scope ?? 'exceeds',
    attempts: facts.attempts ?? 'open',
  };
}

function gather(request: RequestInput, world: ReferenceWorld, facts: Gathering): void {
  const target = classifyTarget(request.target, world.host);
  facts.surface = target.surface;
  if (target.surface === 'other') return;

  facts.path = pathFact(target, world);
  if (facts.path === 'suspicious') return;

  const credential = parseCredential(request, world.host);
  facts.credential = credential.kind;
  if (credential.kind !== 'presented') return;

  if (world.fault === 'settings-unreadable') {
    facts.fallback = 'closed';
    if (target.surface === 'remote') return;
    facts.address = 'allowed';
    facts.token = 'unavailable';
    return;
  }

  if (world.settings.network.appliesTo === 'all-credentials') gatherAddress(request, world, facts);
  facts.fallback = fallbackFact(credential, target, facts.address, world);
  if (target.surface === 'remote') {
    if (facts.fallback === 'open') facts.attempts = attemptsFact(credential, world);
    return;
  }

  if (facts.address === null) gatherAddress(request, world, facts);
  if (facts.address !== 'allowed') {
    if (facts.fallback === 'open') facts.attempts = attemptsFact(credential, world);
    return;
  }

  const answer = tokenFact(credential, world);
  facts.token = answer.token;
  if (answer.token === 'unavailable' || answer.token === 'use-not-granted') return;
  if (answer.token !== 'live') {
    if (facts.fallback === 'open') facts.attempts = attemptsFact(credential, world);
    return;
  }

  const { record } = answer;
  facts.scope = scopeOf(record.scope, request, target, world.host);
  if (facts.scope === 'covers') {
    facts.principal = { subject: record.subject, tokenId: record.id, scope: record.scope };
  }
}

function pathFact(target: ReferenceTarget, world: ReferenceWorld): Facts['path'] {
  if (world.fault === 'settings-unreadable') return 'clean';
  const { passwords } = world.settings;
  if (passwords.mode === 'accepted') return 'clean';
  if (!passwords.pathGuard) return 'clean';
  return target.suspicious ? 'suspicious' : 'clean';
}

function gatherAddress(request: RequestInput, world: ReferenceWorld, facts: Gathering): void {
  const { network } = world.settings;
  const { client, address } = resolveClient(request, network);
  facts.client = client;
  if (network.allow.length === 0) facts.address = 'allowed';
  else if (address === null) facts.address = 'unresolved';
  else facts.address = isWithin(address, network.allow) ? 'allowed' : 'refused';
}

/** Whether the host may still be asked about a presented credential. Spec: DE-1. */
function fallbackFact(
  credential: Presented,
  target: ReferenceTarget,
  address: Facts['address'] | null,
  world: ReferenceWorld,
): Facts['fallback'] {
  const { passwords, network, hostTokens } = world.settings;
  if (network.appliesTo === 'all-credentials' && address !== 'allowed') return 'closed';
  if (credential.via === 'header') return 'closed';
  const inOurFormat = partsIn(credential, world) !== null;
  if (credential.via === 'bearer') {
    if (inOurFormat) return 'closed';
    return hostTokens === 'accepted' ? 'open' : 'closed';
  }
  if (passwords.mode === 'accepted') {
    if (passwords.recognisedTokens === 'refuse' && inOurFormat) return 'closed';
    return 'open';
  }
  if (target.surface === 'remote' && passwords.remoteApi === 'accepted') return 'open';
  return 'closed';
}

/** The limiter's answer, which only a password candidate is asked for. Spec: DE-6. */
function attemptsFact(credential: Presented, world: ReferenceWorld): Facts['attempts'] {
  if (credential.via !== 'basic') return 'open';
  return world.attempts ?? 'open';
}

function partsIn(credential: Presented, world: ReferenceWorld): TokenParts | null {
  return partsOf(credential.secret, world.prefix ?? 'lk');
}

type TokenAnswer =
  | { readonly token: Exclude<Facts['token'], 'live'> }
  | { readonly token: 'live'; readonly record: TokenRecord };

/** The first state that holds for the presented secret. Spec: decision.md (token), CR-6, TK-3, VA-6, PE-2. */
function tokenFact(credential: Presented, world: ReferenceWorld): TokenAnswer {
  const parts = partsIn(credential, world);
  if (parts === null) return { token: 'unknown' };
  if (world.fault === 'store-unavailable') return { token: 'unavailable' };
  const record = world.tokens.find((candidate) => candidate.id === parts.id);
  if (record === undefined) return { token: 'unknown' };
  // A record whose scope nobody knows answers nothing: SC-5.
  if (record.scope !== 'read-only' && record.scope !== 'read-write') return { token: 'unavailable' };
  if (world.sha256(parts.secret) !== record.digest) return { token: 'unknown' };
  if (credential.username !== null && credential.username !== '' && credential.username !== record.subject) {
    return { token: 'unknown' };
  }
  const expiresAt = expiryInForce(record, world.settings.validity);
  if (expiresAt !== null && world.now >= expiresAt) return { token: 'expired' };
  if (record.revokedAt !== null) return { token: 'revoked' };
  if (world.fault === 'directory-unavailable') return { token: 'unavailable' };
  const subject = world.users.find((user) => user.id === record.subject);
  if (subject === undefined || !subject.active) return { token: 'subject-inactive' };
  if (!mayUse(subject, world)) return { token: 'use-not-granted' };
  return { token: 'live', record };
}

function mayUse(subject: Subject, world: ReferenceWorld): boolean {
  const { use } = world.settings.permissions;
  if (use.to === 'everyone') return true;
  return use.groups.some((group) => subject.groups.includes(group));
}
