import {
  classifyTarget,
  compileDigests,
  compilePolicy,
  type EpochMs,
  type Facts,
  type Impact,
  impactOf,
  type Policy,
  type RequestInput,
  type Settings,
  type Subject,
  type Verdict,
} from '@latchkey/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { edgesOf } from '../src/arbitrary/range.ts';
import {
  arb,
  type PopulatedWorld,
  type ReferenceWorld,
  referenceFacts,
  referenceTarget,
} from '../src/index.ts';
import type { Address } from '../src/reference/address.ts';
import { isWithin, parseRange } from '../src/reference/range.ts';
import { expiryInForce } from '../src/reference/validity.ts';
import { sha256 } from './sha256.ts';

type TokenChange = Impact['tokens']['change'][number];

/** A world with requests in it, and settings of which each may be exchanged for each other. */
interface Changes {
  readonly populated: PopulatedWorld;
  /** The first is the administrator's own. */
  readonly requests: readonly RequestInput[];
  readonly settings: readonly Settings[];
}

/** What one of the settings makes of a world, by the reference alone. */
interface Side {
  readonly settings: Settings;
  readonly policy: Policy;
  readonly verdicts: readonly Verdict[];
  /** In the order of the world's tokens. */
  readonly tokens: readonly { readonly token: Facts['token'] | null; readonly endsAt: EpochMs | null }[];
}

/** The settings of a world, others, or others in some parts: small changes leave more to agree on. */
const changed = ({ world: { host, settings: before } }: PopulatedWorld): fc.Arbitrary<Settings> =>
  fc
    .tuple(arb.settings(host), fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }))
    .map(([other, taken]) => {
      const part = <K extends keyof Settings>(key: K, index: number) =>
        (taken[index] === true ? other : before)[key];
      return {
        version: 1,
        permissions: part('permissions', 0),
        validity: part('validity', 1),
        network: part('network', 2),
        passwords: part('passwords', 3),
        hostTokens: part('hostTokens', 4),
      };
    });

/** Whether core and the reference read the target alike; where they do not is for their own comparison to find. */
const isReadAlike =
  ({ world: { host } }: PopulatedWorld) =>
  ({ target }: RequestInput): boolean => {
    const [core, reference] = [classifyTarget(target, host), referenceTarget(target, host)];
    return core.surface === reference.surface && core.suspicious === reference.suspicious;
  };

const changes: fc.Arbitrary<Changes> = arb.world(sha256).chain((populated) =>
  fc.record({
    populated: fc.constant(populated),
    settings: fc
      .array(changed(populated), { minLength: 3, maxLength: 3 })
      .map((others) => [populated.world.settings, ...others]),
    requests: fc.array(arb.request(populated).filter(isReadAlike(populated)), { minLength: 2, maxLength: 2 }),
  }),
);

const digests = compileDigests({ sha256 });

function impact(
  { world }: PopulatedWorld,
  requests: readonly RequestInput[],
  before: Side,
  after: Side,
): Impact {
  const { host, now, tokens, users, prefix = 'lk' } = world;
  const actor = { subject: 'ada', request: requests[0] as RequestInput };
  const judged = { host, now, tokens, users, requests, actor, digests, prefix };
  return impactOf(before.policy, after.policy, judged);
}

/** The world as an impact is judged in: everything at hand, and no limiter. */
function worldBy(
  settings: Settings,
  { fault: _fault, attempts: _attempts, ...world }: ReferenceWorld,
): ReferenceWorld {
  return { ...world, settings };
}

const becomesDeferred = (before: Verdict, after: Verdict): boolean =>
  before.effect !== 'defer' && after.effect === 'defer';

function expectedRequests(before: Side, after: Side): Impact['requests'] {
  return before.verdicts
    .map((was, index) => {
      const is = after.verdicts[index] as Verdict;
      return { index, name: null, before: was, after: is, becomesDeferred: becomesDeferred(was, is) };
    })
    .filter((one) => one.before.row !== one.after.row);
}

/** The fact that a request leads to which nothing but its token could stop. */
function tokenFact(text: string, settings: Settings, world: ReferenceWorld): Facts['token'] | null {
  const open: Settings = {
    ...settings,
    network: { allow: [], appliesTo: 'tokens', discloseAddress: true, reverseProxy: null },
    passwords: { mode: 'accepted', recognisedTokens: 'defer' },
  };
  const target = `${world.host.contextPath}${world.host.governed[0]}x`;
  const headers = [['Authorization', `Bearer ${text}`]] as const;
  const request = { method: 'GET', target, headers, peer: '192.0.2.1' };
  return referenceFacts(request, worldBy(open, world)).facts.token;
}

function sideOf(
  settings: Settings,
  { world, known }: PopulatedWorld,
  requests: readonly RequestInput[],
): Side {
  return {
    settings,
    policy: compilePolicy(settings, world.host),
    verdicts: requests.map((request) => referenceFacts(request, worldBy(settings, world)).verdict),
    tokens: world.tokens.map((record, index) => ({
      token: tokenFact(known[index]?.text ?? '', settings, world),
      endsAt: expiryInForce(record, settings.validity),
    })),
  };
}

function expectedTokens({ world }: PopulatedWorld, before: Side, after: Side): Impact['tokens'] {
  const sides = world.tokens.map(({ id, subject }, index) => {
    return { id, subject, before: before.tokens[index], after: after.tokens[index] } as TokenChange;
  });
  const others = sides.filter(({ before, after: is }) => {
    if (before.token !== is.token) return true;
    return before.endsAt !== is.endsAt && before.token !== 'expired' && before.token !== 'revoked';
  });
  const works = ({ token }: TokenChange['before']) => token === 'live';
  const sorted = others.sort((one, other) => (one.id < other.id ? -1 : 1));
  return {
    stop: sorted.filter((one) => works(one.before) && !works(one.after)),
    start: sorted.filter((one) => !works(one.before) && works(one.after)),
    change: sorted.filter((one) => works(one.before) === works(one.after)),
  };
}

function expectedGrants({ world }: PopulatedWorld, before: Side, after: Side): Impact['grants'] {
  const has = (user: Subject, settings: Settings, permission: keyof Impact['grants']) => {
    const grant = settings.permissions[permission];
    return (
      user.active && (grant.to === 'everyone' || user.groups.some((group) => grant.groups.includes(group)))
    );
  };
  const of = (permission: keyof Impact['grants']) => {
    const differs = (gained: boolean) => (user: Subject) =>
      has(user, before.settings, permission) !== gained && has(user, after.settings, permission) === gained;
    const ids = (gained: boolean) => world.users.filter(differs(gained)).map((user) => user.id);
    return { gain: ids(true).sort(), lose: ids(false).sort() };
  };
  return { use: of('use'), create: of('create'), createOnBehalf: of('createOnBehalf') };
}

const whole = ['0.0.0.0/0', '::/0'];
const allowedBy = ({ network: { allow } }: Settings) => (allow.length === 0 ? whole : allow);
const trustedBy = ({ network: { reverseProxy } }: Settings) => reverseProxy?.trusted ?? [];

/** Every address at which any of the lists changes its answer; none that IPv4 clients have under IPv6. */
const places = (...lists: readonly (readonly string[])[]): readonly Address[] =>
  lists
    .flat()
    .flatMap((entry) => {
      const range = parseRange(entry);
      return range === null ? [] : edgesOf(range);
    })
    .filter(({ family, value }) => family === 4 || value >> 32n !== 0xffffn);

function assertSets(
  before: readonly string[],
  after: readonly string[],
  lost: readonly string[],
  gained: readonly string[],
): void {
  for (const address of places(whole, before, after, lost, gained)) {
    const [was, is] = [isWithin(address, before), isWithin(address, after)];
    const told = [isWithin(address, lost), isWithin(address, gained)];
    if (told[0] !== (was && !is) || told[1] !== (!was && is))
      expect.fail(`${address.value} of family ${address.family}: told ${told}, was ${was}, is ${is}`);
  }
}

/** A deep comparison by the runner costs more than what is compared, so it comes second. */
function assertSame(told: unknown, expected: unknown): void {
  if (JSON.stringify(told) !== JSON.stringify(expected)) expect(told).toEqual(expected);
}

it('IM-1 impact_agrees_with_deciding_before_and_after', { timeout: 300_000 }, () => {
  const seen = {
    pairs: -9_900,
    requests: 0,
    deferred: 0,
    lockedOut: 0,
    stop: 0,
    start: 0,
    change: 0,
    gain: 0,
    refused: 0,
    allowed: 0,
  };
  const assertPair = ({ populated, requests: made }: Changes, before: Side, after: Side): void => {
    const { requests, locksOutActor, tokens, grants, addresses } = impact(populated, made, before, after);
    const expected = expectedRequests(before, after);
    assertSame(requests, expected);
    const [own] = expected;
    const locksOut = own?.index === 0 && own.before.effect !== 'deny' && own.after.effect === 'deny';
    expect(locksOutActor).toBe(locksOut);
    assertSame(tokens, expectedTokens(populated, before, after));
    assertSame(grants, expectedGrants(populated, before, after));
    const [was, is] = [before.settings, after.settings];
    assertSets(allowedBy(was), allowedBy(is), addresses.becomeRefused, addresses.becomeAllowed);
    assertSets(trustedBy(was), trustedBy(is), addresses.proxiesLost, addresses.proxiesGained);
    seen.pairs += 1;
    seen.requests += requests.length;
    seen.deferred += requests.filter((one) => one.becomesDeferred).length;
    seen.lockedOut += locksOut ? 1 : 0;
    seen.stop += tokens.stop.length;
    seen.start += tokens.start.length;
    seen.change += tokens.change.length;
    seen.gain += grants.use.gain.length;
    seen.refused += addresses.becomeRefused.length;
    seen.allowed += addresses.becomeAllowed.length;
  };
  fc.assert(
    fc.property(changes, (given) => {
      const sides = given.settings.map((one) => sideOf(one, given.populated, given.requests));
      for (const before of sides)
        for (const after of sides) if (before !== after) assertPair(given, before, after);
    }),
    { numRuns: 840 },
  );
  // Over 10,000 pairs, and an agreement about something: one about nothing would hold as well.
  for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(100);
});
