import type { Command } from 'commander';
import { jsonReport, readableReport, tapReport } from '../expectation/report.ts';
import { type Verified, verify } from '../expectation/verify.ts';
import { loadScenario } from '../scenario/load.ts';
import { requestsOf, type Scenario } from '../scenario/scenario.ts';
import { worldOf } from '../scenario/world.ts';
import { InputFault, type Session, write } from '../session.ts';

interface Options {
  readonly tap?: true;
  readonly readable?: true;
  readonly json?: true;
}

/** Loads every file before anything is decided; throws one `InputFault` with the problems of all. */
async function loadAll(
  files: readonly string[],
  session: Session,
): Promise<readonly (readonly [string, Scenario])[]> {
  const loaded: (readonly [string, Scenario])[] = [];
  const problems: string[] = [];
  for (const file of files) {
    try {
      loaded.push([file, await loadScenario(file, session)]);
    } catch (error) {
      if (!(error instanceof InputFault)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw new InputFault(problems);
  return loaded;
}

/** Readable on a terminal, TAP where a program reads; either can be asked for. */
function reportOf(results: readonly Verified[], options: Options, isTerminal: boolean): string {
  if (options.json) return jsonReport(results);
  if (options.tap || (!options.readable && !isTerminal)) return tapReport(results);
  return readableReport(results, isTerminal);
}

/** `latchkey test FILE…`: whether each request of scenarios is decided as it expects. Spec: SF-2 */
export function registerTest(program: Command, session: Session): void {
  program
    .command('test')
    .description('check the expectations in scenarios; exit status 1 when one fails')
    .argument('<files...>', 'scenarios, JSON or YAML; - reads standard input')
    .option('--tap', 'TAP, also on a terminal')
    .option('--readable', 'for people, also where a program reads')
    .option('--json', 'one JSON line an expectation, then the counts')
    .action(async (files: readonly string[], options: Options) => {
      const results = (await loadAll(files, session)).flatMap(([file, scenario]) => {
        const world = worldOf(scenario);
        return Array.from(requestsOf(scenario), (request) => verify(file, request, world) ?? []).flat();
      });
      await write(session.stdout, reportOf(results, options, session.stdout.isTTY === true));
      if (results.some((result) => !result.passed)) session.status = 1;
    });
}
