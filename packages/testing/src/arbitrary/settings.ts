import type { Grant, HostProfile, Settings, Validity } from '@latchkey/core';
import fc from 'fast-check';
import { canonicalRange, validRange } from './range.ts';

/** The groups that generated users belong to. */
export const groupNames = ['dev', 'ops', 'guests'] as const;

const validity: fc.Arbitrary<Validity> = fc.constantFrom(
  'never',
  'P1M',
  'P2M',
  'P3M',
  'P4M',
  'P5M',
  'P6M',
  'P1Y',
  'P2Y',
);

const trustedRange = fc.constantFrom(
  '10.0.0.0/8',
  '10.1.0.0-10.1.0.9',
  '192.168.1.254',
  '2001:db8:aa::/48',
  '172.16.0.0/30',
);

/** Complete settings that are valid for a host, addresses in canonical text. Spec: SE. */
export function settings(host: HostProfile): fc.Arbitrary<Settings> {
  return settingsWith(host, canonicalRange);
}

/** The same, with allow-list entries in every spelling that is accepted. */
export function spelledSettings(host: HostProfile): fc.Arbitrary<Settings> {
  return settingsWith(host, validRange);
}

function settingsWith(host: HostProfile, entry: fc.Arbitrary<string>): fc.Arbitrary<Settings> {
  return fc.record({
    version: fc.constant(1 as const),
    permissions: permissions(host),
    validity: fc.record({
      maximum: validity,
      choices: fc.constantFrom('listed', 'within'),
      existing: fc.constantFrom('keep', 'keep', 'clamp'),
    }),
    network: network(entry),
    passwords: passwords(host),
    hostTokens: fc.constantFrom('accepted', 'refused'),
  });
}

function permissions(host: HostProfile): fc.Arbitrary<Settings['permissions']> {
  const groups = fc.uniqueArray(fc.constantFrom(...groupNames, ...host.administratorGroups), {
    minLength: 1,
    maxLength: 3,
  });
  const chosen = groups.map((names) => ({ to: 'groups' as const, groups: names }));
  const grant: fc.Arbitrary<Grant> = fc.oneof(fc.constant({ to: 'everyone' as const }), chosen);
  return fc.record({
    use: fc.oneof(
      { weight: 2, arbitrary: fc.constant({ to: 'everyone' as const }) },
      { weight: 3, arbitrary: chosen },
    ),
    create: fc.tuple(grant, fc.boolean()).map(([given, readOnly]) => ({ ...given, readOnly })),
    createOnBehalf: chosen,
  });
}

function network(entry: fc.Arbitrary<string>): fc.Arbitrary<Settings['network']> {
  return fc.record({
    allow: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 4, arbitrary: fc.array(entry, { minLength: 1, maxLength: 4 }) },
    ),
    appliesTo: fc.constantFrom('tokens', 'tokens', 'all-credentials'),
    discloseAddress: fc.boolean(),
    reverseProxy: fc.oneof(
      { weight: 3, arbitrary: fc.constant(null) },
      { weight: 4, arbitrary: reverseProxy },
    ),
  });
}

const reverseProxy = fc
  .record({
    trusted: fc.uniqueArray(trustedRange, { minLength: 1, maxLength: 3 }),
    header: fc.constantFrom('X-Forwarded-For', 'x-forwarded-for', 'Forwarded', 'X-Real-IP', 'X-Client'),
    shape: fc.constantFrom(undefined, undefined, 'list', 'single', 'forwarded'),
    onMissing: fc.constantFrom('deny', 'peer'),
  })
  .map(
    ({ shape, ...rest }): NonNullable<Settings['network']['reverseProxy']> =>
      shape === undefined ? rest : { ...rest, shape },
  );

function passwords(host: HostProfile): fc.Arbitrary<Settings['passwords']> {
  const accepted = fc.record({
    mode: fc.constant('accepted' as const),
    recognisedTokens: fc.constantFrom('defer', 'defer', 'refuse'),
  });
  const refused = fc.record({
    mode: fc.constant('refused' as const),
    pathGuard: fc.boolean(),
    // Without a remote API there is nothing that an exception could be made for.
    remoteApi:
      host.remote.length === 0 ? fc.constant('refused' as const) : fc.constantFrom('accepted', 'refused'),
  });
  return fc.oneof({ weight: 3, arbitrary: accepted }, { weight: 2, arbitrary: refused });
}
