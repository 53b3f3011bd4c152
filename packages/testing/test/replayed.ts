import { compileDigests, compilePolicy, replay, type Settings } from '@latchkey/core';
import type { Scenario } from '../src/index.ts';
import { sha256 } from './sha256.ts';

const digests = compileDigests({ sha256 });

/** Core's answer to a scenario, by other settings where some are given. */
export function replayed(
  { world, request }: Scenario,
  settings: Settings = world.settings,
  thorough = false,
) {
  const { host, now, prefix = 'lk', fault, attempts } = world;
  const answers = {
    rules: { host, policy: compilePolicy(settings, host), prefix, digests, limited: attempts !== undefined },
    now,
    records: new Map(world.tokens.map((record) => [record.id, record])),
    subjects: new Map(world.users.map((user) => [user.id, user])),
  };
  const faults = {
    ...(fault === undefined ? {} : { fault }),
    ...(attempts === undefined ? {} : { attempts }),
  };
  return replay(request, answers, faults, thorough);
}
