import type { Command } from 'commander';
import { explainRequest, explanationDocument } from '../explain/explain.ts';
import { explanationText } from '../explain/text.ts';
import { loadScenario } from '../scenario/load.ts';
import { requestsOf, type ScenarioRequest } from '../scenario/scenario.ts';
import { worldOf } from '../scenario/world.ts';
import { InputFault, type Session, write } from '../session.ts';

/** The requests of a name, else the one at that place (from 1 on); all of them where none is named. */
function chosen(
  requests: readonly ScenarioRequest[],
  wanted: string | undefined,
): readonly ScenarioRequest[] {
  if (wanted === undefined) return requests;
  const named = requests.filter(({ name }) => name === wanted);
  if (named.length > 0) return named;
  const placed = /^[1-9]\d{0,8}$/.test(wanted) ? requests[Number(wanted) - 1] : undefined;
  if (placed === undefined)
    throw new InputFault([`The scenario has ${requests.length} requests, and none has this name or number.`]);
  return [placed];
}

/** `latchkey explain FILE`: why requests of a scenario are decided as they are, and what would allow them. Spec: DE-4 */
export function registerExplain(program: Command, session: Session): void {
  program
    .command('explain')
    .description('show facts, hops, row and counterfactuals of requests')
    .argument('<file>', 'scenario, JSON or YAML; - reads standard input')
    .option('--request <name|number>', 'only this request; numbers count from 1')
    .option('--json', 'one JSON line a request')
    .action(async (file: string, options: { readonly request?: string; readonly json?: true }) => {
      const scenario = await loadScenario(file, session);
      const world = worldOf(scenario);
      const texts = chosen([...requestsOf(scenario)], options.request).map((request) => {
        const explanation = explainRequest(request, world);
        return options.json
          ? `${JSON.stringify(explanationDocument(request.name, explanation))}\n`
          : explanationText(request.name, explanation);
      });
      await write(session.stdout, texts.join(options.json ? '' : '\n'));
    });
}
