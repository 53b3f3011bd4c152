import { hosts, migrateSettings } from '@latchkey/core';
import { type Command, Option } from 'commander';
import { jsonText, printable } from '../output/text.ts';
import { type HostName, hostNames } from '../scenario/host.ts';
import { loadDocument } from '../scenario/load.ts';
import { type Session, write } from '../session.ts';

/** `latchkey migrate FILE`: settings of an earlier shape as settings of this one, never wider. Spec: MI-1 */
export function registerMigrate(program: Command, session: Session): void {
  program
    .command('migrate')
    .description('lift settings of an earlier shape; notes go to standard error')
    .argument('<file>', 'settings, JSON or YAML; - reads standard input')
    .addOption(new Option('--host <name>', 'the host that they are for').choices(hostNames).default('jira'))
    .option('--json', 'settings and notes as one JSON document')
    .action(async (file: string, options: { readonly host: HostName; readonly json?: true }) => {
      const host = hosts[options.host];
      const migrated = await loadDocument(file, session, (document) => migrateSettings(document, host));
      if (options.json) return write(session.stdout, jsonText(migrated));
      for (const { code, message } of migrated.notes)
        await write(session.stderr, `${printable(`note ${code}: ${message}`)}\n`);
      await write(session.stdout, jsonText(migrated.settings));
    });
}
