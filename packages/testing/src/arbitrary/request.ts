import type { RequestInput } from '@latchkey/core';
import fc from 'fast-check';
import { credential } from './credential.ts';
import { hopChain } from './hopchain.ts';
import { target } from './target.ts';
import type { PopulatedWorld } from './world.ts';

const method = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('GET', 'POST') },
  { weight: 2, arbitrary: fc.constantFrom('HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH') },
  { weight: 1, arbitrary: fc.constantFrom('get', 'PROPFIND', 'Get', 'TRACE') },
);

const overrideLine = fc
  .tuple(
    fc.constantFrom('X-HTTP-Method-Override', 'x-http-method', 'X-METHOD-OVERRIDE', 'X-Method'),
    fc.constantFrom('DELETE', 'GET', 'HEAD', 'OPTIONS', 'get', '', 'GET, GET', 'POST'),
  )
  .map(([name, value]) => [name, value] as const);

const overrides = fc.oneof(
  { weight: 10, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.array(overrideLine, { minLength: 1, maxLength: 2 }) },
);

/** A request that fits a world: its tokens, users, host, allow-list and proxies. */
export function request({ world, known }: PopulatedWorld): fc.Arbitrary<RequestInput> {
  const pool = {
    known,
    subjects: world.users.map(({ id }) => id),
    prefix: world.prefix ?? 'lk',
    tokenHeader: world.host.tokenHeader,
  };
  return fc
    .tuple(
      method,
      target(world.host),
      credential(pool),
      hopChain(world.settings.network),
      overrides,
      fc.boolean(),
    )
    .map(([given, where, lines, chain, more, credentialFirst]) => {
      const carried = credentialFirst ? [...lines, ...chain.headers] : [...chain.headers, ...lines];
      return {
        method: given,
        target: where,
        headers: [['Host', 'example.org'], ...carried, ...more],
        peer: chain.peer,
      };
    });
}
