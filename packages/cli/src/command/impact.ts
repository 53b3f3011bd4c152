import { hosts, type ImpactWorld, impactOf, parseSettings } from '@latchkey/core';
import { type Command, Option } from 'commander';
import { impactText } from '../impact/text.ts';
import { jsonText } from '../output/text.ts';
import { type HostName, hostNames } from '../scenario/host.ts';
import { loadDocument, loadScenario } from '../scenario/load.ts';
import { requestsOf } from '../scenario/scenario.ts';
import { worldOf } from '../scenario/world.ts';
import { InputFault, type Session, write } from '../session.ts';

interface Options {
  readonly host: HostName;
  readonly scenario?: string;
  readonly actor?: string;
  readonly request?: string;
  readonly json?: true;
}

/** The world of a scenario: its host, users, tokens and requests; without one, the host alone. */
async function worldFrom(options: Options, session: Session): Promise<ImpactWorld> {
  const { scenario: file, actor, request: wanted } = options;
  if (file === undefined) {
    if (actor !== undefined) throw new InputFault(['--actor and --request name parts of a --scenario.']);
    return { host: hosts[options.host], now: Date.now(), tokens: [], users: [] };
  }
  const scenario = await loadScenario(file, session);
  const { rules, now, records, subjects } = worldOf(scenario);
  const requests = [...requestsOf(scenario)].map(({ name, input }) => ({ ...input, name }));
  const world = {
    host: scenario.host,
    now,
    tokens: [...records.values()],
    users: [...subjects.values()],
    requests,
    digests: rules.digests,
    prefix: rules.prefix,
  };
  if (actor === undefined && wanted === undefined) return world;
  const request = requests.find(({ name }) => name === wanted);
  if (actor === undefined || request === undefined)
    throw new InputFault([
      '--actor names the administrator, --request the name of its request in the scenario.',
    ]);
  return { ...world, actor: { subject: actor, request } };
}

/** `latchkey impact BEFORE AFTER`: what saving settings would change, exactly, before it is done. Spec: IM-1 */
export function registerImpact(program: Command, session: Session): void {
  program
    .command('impact')
    .description('what a change of settings would do to addresses, users, tokens and requests')
    .argument('<before>', 'settings that stand, JSON or YAML; - reads standard input')
    .argument('<after>', 'settings to save')
    .addOption(
      new Option('--host <name>', 'the host, unless a scenario names it')
        .choices(hostNames)
        .default('generic'),
    )
    .option('--scenario <file>', 'users, tokens, requests and the instant to judge by')
    .option('--actor <user>', 'the administrator who would save')
    .option('--request <name>', "the administrator's own request in the scenario: would it be refused?")
    .option('--json', 'one JSON document')
    .action(async (before: string, after: string, options: Options) => {
      const world = await worldFrom(options, session);
      const settingsOf = (file: string) =>
        loadDocument(file, session, (document) => parseSettings(document, world.host));
      const impact = impactOf(await settingsOf(before), await settingsOf(after), world);
      await write(session.stdout, options.json ? jsonText(impact) : impactText(impact));
    });
}
