import { type Finding, hosts, parseSettings, reviewSettings } from '@latchkey/core';
import { type Command, Option } from 'commander';
import { pathText } from '../output/issue.ts';
import { jsonText, printable } from '../output/text.ts';
import { type HostName, hostNames } from '../scenario/host.ts';
import { loadDocument } from '../scenario/load.ts';
import { type Session, write } from '../session.ts';

interface Options {
  readonly host: HostName;
  readonly hostVersion?: string;
  readonly before?: string;
  readonly json?: true;
}

const findingText = ({ severity, code, path, message, remedy }: Finding): string =>
  `${printable(`${severity} ${code} at ${pathText(path)}: ${message}`)}\n  → ${printable(remedy)}`;

/** `latchkey review FILE`: what an administrator should know about settings; nothing of it prevents saving. Spec: RE-1 */
export function registerReview(program: Command, session: Session): void {
  program
    .command('review')
    .description('warnings and recommendations on a settings document')
    .argument('<file>', 'settings, JSON or YAML; - reads standard input')
    .addOption(
      new Option('--host <name>', 'the host that they are for').choices(hostNames).default('generic'),
    )
    .option('--host-version <version>', "the host's version, for its own tokens")
    .option('--before <file>', 'the settings that stand, to notice what is lowered')
    .option('--json', 'one JSON list of findings')
    .action(async (file: string, options: Options) => {
      const host = hosts[options.host];
      const settingsOf = (name: string) =>
        loadDocument(name, session, (document) => parseSettings(document, host));
      const facts = {
        ...(options.hostVersion === undefined ? {} : { hostVersion: options.hostVersion }),
        ...(options.before === undefined ? {} : { before: await settingsOf(options.before) }),
      };
      const findings = reviewSettings(await settingsOf(file), host, facts);
      const text = findings.map((finding) => `${findingText(finding)}\n`).join('') || 'Nothing to remark.\n';
      await write(session.stdout, options.json ? jsonText(findings) : text);
    });
}
