export { arb } from './arbitrary/arb.ts';
export type { CredentialPool, HeaderLines, KnownToken } from './arbitrary/credential.ts';
export { everyFacts, factValues } from './arbitrary/facts.ts';
export type { HopChain } from './arbitrary/hopchain.ts';
export type { Scenario } from './arbitrary/scenario.ts';
export { tokenText } from './arbitrary/token.ts';
export type { PopulatedWorld } from './arbitrary/world.ts';
export type {
  BindingCase,
  BindingFactory,
  BindingProbe,
  BindingTrait,
  BindingUnderTest,
  HostRequest,
} from './binding/case.ts';
export { httpBindingCases } from './binding/cases.ts';
export type { BrokenStore } from './broken/store.ts';
export { brokenStores } from './broken/stores.ts';
export { type CountedRandom, countedRandom, type FixedClock, fixedClock } from './fixed.ts';
export type { ReferenceClient } from './reference/client.ts';
export { referenceDecide } from './reference/decide.ts';
export { type PartialFacts, type ReferenceAnswer, referenceFacts } from './reference/facts.ts';
export { classifyTarget as referenceTarget, type ReferenceTarget } from './reference/target.ts';
export type { ReferenceWorld } from './reference/world.ts';
export type { StoreCase, StoreCaseOptions, StoreFactory, StoreUnderTest } from './store/case.ts';
export { tokenStoreCases } from './store/cases.ts';
export { modelStore } from './store/model.ts';
