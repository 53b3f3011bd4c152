import { address } from './address.ts';
import { credential } from './credential.ts';
import { facts } from './facts.ts';
import { hopChain } from './hopchain.ts';
import { host } from './host.ts';
import { range } from './range.ts';
import { request } from './request.ts';
import { scenario } from './scenario.ts';
import { settings } from './settings.ts';
import { target } from './target.ts';
import { world } from './world.ts';

/**
 * The generators, for property tests of anything that decides by Latchkey's rules.
 *
 * `address`, `range`, `facts` and `host` are arbitraries; the others take what their values have to fit.
 *
 * @example
 * fc.assert(fc.property(arb.scenario(sha256), ({ world, request }) => referenceFacts(request, world).verdict.row !== ''));
 */
export const arb = {
  address,
  range,
  hopChain,
  target,
  credential,
  settings,
  facts,
  request,
  world,
  host,
  scenario,
} as const;
