import type { SettingsChange } from '../audit.ts';
import type { RequestInput } from '../parse/request.ts';
import { settingsDifference } from '../settings/difference.ts';
import type { HostProfile } from '../settings/hosts.ts';
import { compilePolicy, type Policy } from '../settings/policy.ts';
import type { Settings } from '../settings/schema.ts';
import { compileDigests, type Digests } from '../token/digest.ts';
import { type EpochMs, isTokenRecord, type SubjectId, type TokenRecord } from '../token/record.ts';
import { type AddressImpact, addressImpact } from './impact/addresses.ts';
import { type GrantImpact, grantImpact } from './impact/grants.ts';
import {
  type ActorImpact,
  actorImpact,
  locksOut,
  type RecordedRequest,
  type RequestChange,
  requestChanges,
} from './impact/requests.ts';
import { type TokenImpact, tokenImpact } from './impact/tokens.ts';
import type { Subject } from './needs.ts';

/** What a change of settings is judged against. */
export interface ImpactWorld {
  readonly host: HostProfile;
  readonly now: EpochMs;
  readonly tokens: readonly TokenRecord[];
  /** Every subject of the tokens; one that is not there counts as inactive. */
  readonly users: readonly Subject[];
  readonly requests?: readonly RecordedRequest[];
  /** The administrator who asks, and the request that is being made. */
  readonly actor?: { readonly subject: SubjectId; readonly request: RequestInput };
  /** How the digests of tokens in requests are made; without peppers where absent. Spec: TK-2 */
  readonly digests?: Digests;
  /** `lk` where absent. */
  readonly prefix?: string;
}

/** Everything that changes with settings, and nothing that does not. It holds no secret. Spec: IM-1 */
export interface Impact {
  /** Every changed place of the document: also passwords, path guard and host tokens. */
  readonly changes: readonly SettingsChange[];
  readonly addresses: AddressImpact;
  /** Users by id, ascending. */
  readonly grants: GrantImpact;
  /** Tokens by id, ascending. */
  readonly tokens: TokenImpact;
  /** In the order of the requests given. */
  readonly requests: readonly RequestChange[];
  /** Whether the administrator's own request would be refused from now on; null where none was given. */
  readonly locksOutActor: boolean | null;
  readonly actor: ActorImpact | null;
}

/**
 * What saving settings would change, exactly and before it is done: addresses, permissions, tokens, replayed
 * requests, and whether the administrator would be locked out. Says the same for the same input every time.
 * Throws a `LatchkeyError` for settings that are invalid. Spec: IM-1
 *
 * @example
 * const after = { ...before, network: { ...before.network, allow: ['10.0.0.0/8'] } };
 * impactOf(before, after, { host: hosts.jira, now, tokens, users }).addresses.becomeRefused;
 * // ['0.0.0.0-9.255.255.255', '11.0.0.0-255.255.255.255', '::/0']
 */
export function impactOf(before: Settings | Policy, after: Settings | Policy, world: ImpactWorld): Impact {
  const [was, is] = [policyOf(before, world.host), policyOf(after, world.host)];
  const users = byId(world.users);
  const subjects = new Map(users.map((user) => [user.id, user]));
  const judged = { now: world.now, subjects };
  const records = byId(world.tokens.filter(isTokenRecord));
  const { prefix = 'lk', digests = compileDigests({}), requests = [] } = world;
  const replayedBy = (policy: Policy) => ({
    ...judged,
    rules: { host: policy.host, policy, prefix, digests, limited: false },
    records: new Map(world.tokens.map((record) => [record.id, record])),
  });
  const [past, future] = [replayedBy(was), replayedBy(is)];
  const actor = world.actor === undefined ? null : actorImpact(world.actor, past, future);
  return {
    changes: settingsDifference(was.settings, is.settings),
    addresses: addressImpact(was, is),
    grants: grantImpact(was, is, users),
    tokens: tokenImpact(was, is, records, judged),
    requests: requestChanges(requests, past, future),
    locksOutActor: actor === null ? null : locksOut(actor),
    actor,
  };
}

const policyOf = (given: Settings | Policy, host: HostProfile): Policy =>
  'settings' in given ? given : compilePolicy(given, host);

/** One of each id, the last one given, in the order of the code units: the same on every machine. */
function byId<T extends { readonly id: string }>(list: readonly T[]): readonly T[] {
  const distinct = new Map(list.map((one) => [one.id, one]));
  return [...distinct.values()].sort((left, right) => (left.id < right.id ? -1 : 1));
}
