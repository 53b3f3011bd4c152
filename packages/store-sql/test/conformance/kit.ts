import { tokenStoreCases } from '@latchkey/testing';
import { afterEach, describe, it } from 'vitest';
import { type Engine, newStore, removePlaces } from '../engine.ts';

/** Fewer than by default: three engines share the time, and each sequence is hundreds of transactions. */
const effort = { rounds: 12, sequences: 15 };

/** Holds the store on an engine to every case of the kit. */
export function holdToKit(engine: Engine): void {
  afterEach(removePlaces);
  describe(`the conformance kit on ${engine.name}`, () => {
    for (const { title, run } of tokenStoreCases(effort)) it(title, () => run(() => newStore(engine)));
  });
}
