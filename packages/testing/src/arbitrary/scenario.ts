import type { RequestInput } from '@latchkey/core';
import type fc from 'fast-check';
import type { ReferenceWorld } from '../reference/world.ts';
import { request } from './request.ts';
import { world } from './world.ts';

/** A world and one request in it. */
export interface Scenario {
  readonly world: ReferenceWorld;
  readonly request: RequestInput;
}

/** A world with a request that was made for it; every row of the decision table comes up within some thousands. */
export function scenario(sha256: (text: string) => string): fc.Arbitrary<Scenario> {
  return world(sha256).chain((populated) =>
    request(populated).map((made) => ({ world: populated.world, request: made })),
  );
}
