import { type Explanation, explainGathered, type ReplayWorld, replay } from '@latchkey/core';
import type { ScenarioRequest } from '../scenario/scenario.ts';
import { type NamedVerdict, verdictOf } from '../simulate/outcome.ts';

/** Explains one request of a scenario. Spec: DE-4 */
export function explainRequest({ input, fault }: ScenarioRequest, world: ReplayWorld): Explanation {
  const { gathered, policy } = replay(input, world, fault, true);
  return explainGathered(gathered, policy);
}

/** An explanation for programs: the verdict, then all that explains it; neither record nor digest. Spec: DE-4 */
export type ExplanationDocument = NamedVerdict &
  Pick<Explanation, 'words' | 'facts' | 'client' | 'counterfactuals'>;

/** The document of an explanation. */
export function explanationDocument(name: string, explanation: Explanation): ExplanationDocument {
  const { decision, words, facts, client, counterfactuals } = explanation;
  return { ...verdictOf(name, decision), words, facts, client, counterfactuals };
}
