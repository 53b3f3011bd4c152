import type { Command } from 'commander';
import { aligned, printable } from '../output/text.ts';
import { loadScenario } from '../scenario/load.ts';
import { requestsOf } from '../scenario/scenario.ts';
import { worldOf } from '../scenario/world.ts';
import { type Session, write } from '../session.ts';
import { type Outcome, simulate } from '../simulate/outcome.ts';

/** How much text is gathered before it is written: few system calls, little memory. */
const chunkLength = 1 << 18;

const clientCell = ({ client }: Outcome): string => client?.address ?? client?.why ?? '-';

const rowOf = (outcome: Outcome): readonly string[] => [
  printable(outcome.name),
  outcome.effect,
  String(outcome.status ?? '-'),
  outcome.row,
  outcome.reason,
  outcome.principal === null ? '-' : printable(`${outcome.principal.subject} (${outcome.principal.scope})`),
  clientCell(outcome),
];

const heading = ['request', 'effect', 'status', 'row', 'reason', 'acts as', 'client'];

/** `latchkey simulate FILE`: how the policy of a scenario decides each of its requests, in order. Spec: SF-1 */
export function registerSimulate(program: Command, session: Session): void {
  program
    .command('simulate')
    .description('decide every request of a scenario, in order')
    .argument('<file>', 'scenario, JSON or YAML; - reads standard input')
    .option('--json', 'one JSON line a request')
    .action(async (file: string, options: { readonly json?: true }) => {
      const scenario = await loadScenario(file, session);
      const world = worldOf(scenario);
      if (options.json) {
        let chunk = '';
        for (const request of requestsOf(scenario)) {
          chunk += `${JSON.stringify(simulate(request, world))}\n`;
          if (chunk.length < chunkLength) continue;
          await write(session.stdout, chunk);
          chunk = '';
        }
        await write(session.stdout, chunk);
        return;
      }
      const rows = Array.from(requestsOf(scenario), (request) => rowOf(simulate(request, world)));
      await write(session.stdout, aligned([heading, ...rows]));
    });
}
