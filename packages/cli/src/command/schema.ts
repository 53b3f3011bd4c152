import { hosts, settingsJsonSchema } from '@latchkey/core';
import { Argument, type Command, Option } from 'commander';
import { jsonText } from '../output/text.ts';
import { type HostName, hostNames } from '../scenario/host.ts';
import { scenarioJsonSchema } from '../schema/scenario.ts';
import { type Session, write } from '../session.ts';

/** `latchkey schema`: the JSON Schema of a settings document or of a scenario file. Spec: CL */
export function registerSchema(program: Command, session: Session): void {
  program
    .command('schema')
    .description('print a JSON Schema')
    .addArgument(new Argument('<what>', 'the documents it describes').choices(['settings', 'scenario']))
    .addOption(
      new Option('--host <name>', 'the host that settings are for').choices(hostNames).default('generic'),
    )
    .option('--json', 'JSON, which it is anyway')
    .action((what: 'settings' | 'scenario', options: { readonly host: HostName }) => {
      const host = hosts[options.host];
      return write(
        session.stdout,
        jsonText(what === 'settings' ? settingsJsonSchema(host) : scenarioJsonSchema(host)),
      );
    });
}
