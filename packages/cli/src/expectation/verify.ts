import type { ReplayWorld } from '@latchkey/core';
import { type ExplanationDocument, explainRequest, explanationDocument } from '../explain/explain.ts';
import { explanationText } from '../explain/text.ts';
import type { ScenarioRequest } from '../scenario/scenario.ts';
import { simulate } from '../simulate/outcome.ts';
import { type Difference, differences } from './difference.ts';

/** How one expectation ended; a failed one comes with its explanation. Spec: SF-2 */
export type Verified = { readonly file: string; readonly name: string } & (
  | { readonly passed: true }
  | {
      readonly passed: false;
      readonly differences: readonly Difference[];
      readonly explanation: ExplanationDocument;
      readonly explanationText: string;
    }
);

/** Decides a request and compares it with what it expects; null where it expects nothing. Spec: SF-2 */
export function verify(file: string, request: ScenarioRequest, world: ReplayWorld): Verified | null {
  const { name, expect } = request;
  if (expect === null) return null;
  const found = differences(expect, simulate(request, world));
  if (found.length === 0) return { file, name, passed: true };
  const explanation = explainRequest(request, world);
  return {
    file,
    name,
    passed: false,
    differences: found,
    explanation: explanationDocument(name, explanation),
    explanationText: explanationText(name, explanation),
  };
}
