import {
  compilePolicy,
  type HostProfile,
  hosts,
  type Issue,
  type Result,
  type Settings,
} from '@latchkey/core';
import { type Command, Option } from 'commander';
import { addressReport, addressText } from '../address/report.ts';
import { issueLine } from '../output/issue.ts';
import { jsonText } from '../output/text.ts';
import { type HostName, hostNames } from '../scenario/host.ts';
import { loadDocument } from '../scenario/load.ts';
import { completeSettings } from '../scenario/settings.ts';
import { InputFault, type Session, write } from '../session.ts';

interface Options {
  readonly peer?: string;
  readonly header: readonly string[];
  readonly settings?: string;
  readonly host: HostName;
  readonly trusted?: readonly string[];
  readonly allow?: readonly string[];
  readonly headerName?: string;
  readonly shape?: string;
  readonly onMissing?: string;
  readonly json?: true;
}

const collected = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** A header line as typed: the value keeps all but the white space right behind the colon. */
function headerLine(text: string, index: number): readonly [string, string] {
  const line = /^([A-Za-z0-9!#$%&'*+.^_`|~-]+):[ \t]*(.*)$/s.exec(text);
  if (line?.[1] === undefined || line[2] === undefined)
    throw new InputFault([`The header number ${index + 1} is not of the form 'NAME: VALUE'.`]);
  return [line[1], line[2]];
}

/** The settings that the options spell out; judged like those of a file. */
function settingsOf(options: Options, host: HostProfile): Result<Settings, readonly Issue[]> {
  const { trusted, allow, headerName, shape, onMissing } = options;
  const proxy = {
    ...(trusted === undefined ? {} : { trusted }),
    ...(headerName === undefined ? {} : { header: headerName }),
    ...(shape === undefined ? {} : { shape }),
    ...(onMissing === undefined ? {} : { onMissing }),
  };
  const reverseProxy = Object.keys(proxy).length === 0 ? null : proxy;
  return completeSettings({ network: { allow: allow ?? [], reverseProxy } }, host);
}

async function policyOf(options: Options, session: Session) {
  const host = hosts[options.host];
  const { settings, trusted, allow, headerName, shape, onMissing } = options;
  if (settings !== undefined) {
    if ([trusted, allow, headerName, shape, onMissing].some((option) => option !== undefined))
      throw new InputFault(['Give either --settings or the options that spell the settings out, not both.']);
    return compilePolicy(
      await loadDocument(settings, session, (value) => completeSettings(value, host)),
      host,
    );
  }
  const parsed = settingsOf(options, host);
  if (!parsed.ok) throw new InputFault(parsed.problem.map((issue) => issueLine('options', issue, null)));
  return compilePolicy(parsed.value, host);
}

/** `latchkey address`: which client a peer and its header lines come down to, hop by hop. Spec: PX-10 */
export function registerAddress(program: Command, session: Session): void {
  program
    .command('address')
    .description('show how the client address is found, and which entries match')
    .option('--peer <address>', 'the remote address of the socket; leave it out for a unix socket')
    .option(
      '--header <line>',
      "a header line, 'NAME: VALUE'; once for each, in order of arrival",
      collected,
      [],
    )
    .option('--settings <file>', 'settings, JSON or YAML, whole or partial; - reads standard input')
    .addOption(
      new Option('--host <name>', 'the host that the settings are for').choices(hostNames).default('generic'),
    )
    .option('--trusted <entry...>', 'trusted proxies')
    .option('--allow <entry...>', 'the allow-list')
    .option('--header-name <name>', 'the header that the proxies write (X-Forwarded-For)')
    .addOption(
      new Option('--shape <shape>', 'how its values are laid out').choices(['list', 'single', 'forwarded']),
    )
    .addOption(
      new Option('--on-missing <what>', 'when a trusted proxy sends no header').choices(['deny', 'peer']),
    )
    .option('--json', 'as JSON')
    .action(async (options: Options) => {
      const headers = options.header.map(headerLine);
      const policy = await policyOf(options, session);
      const report = addressReport({ peer: options.peer, headers }, policy);
      await write(session.stdout, options.json ? jsonText(report) : addressText(report, policy));
    });
}
