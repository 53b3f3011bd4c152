import { randomBytes } from 'node:crypto';
import { composeToken, digestToken, isTokenPrefix, isTokenText } from '@latchkey/core';
import { type Command, Option } from 'commander';
import { aligned, jsonText, printable } from '../output/text.ts';
import { readBytes, readText } from '../scenario/load.ts';
import { InputFault, type Session, write } from '../session.ts';
import { checkToken } from '../token/check.ts';

interface InputOptions {
  readonly file: string;
  readonly prefix: string;
  readonly json?: true;
}

const defaultPrefix = 'lk';
const pepperBytes = 32;

/** An argument here may be a secret that has just landed in the shell's history; the message must not repeat it. */
const argumentRefused =
  'A token is not taken as an argument, where the history of the shell would keep it: give it on standard input, or in a file with --file. If it was a real one, revoke it.';

function refuseArguments({ args }: Command): void {
  if (args.length > 0) throw new InputFault([argumentRefused]);
}

function assertPrefix(prefix: string): void {
  if (!isTokenPrefix(prefix))
    throw new InputFault(['A prefix is a lower-case letter and 1 to 9 lower-case letters or digits.']);
}

/** The text in a file or on standard input, without the line end that an editor or `echo` puts behind it. */
async function inputText({ file, prefix }: InputOptions, session: Session): Promise<string> {
  assertPrefix(prefix);
  const text = (await readText(file, session)).replace(/\r?\n$/, '');
  if (text === '')
    throw new InputFault(['There is no token: nothing was given on standard input or in the file.']);
  return text;
}

async function pepperOf(file: string | undefined, session: Session): Promise<Uint8Array | undefined> {
  if (file === undefined) return undefined;
  const pepper = await readBytes(file, session);
  if (pepper.length < pepperBytes) throw new InputFault([`A pepper has at least ${pepperBytes} bytes.`]);
  return new Uint8Array(pepper);
}

interface NewOptions {
  readonly prefix: string;
  readonly subject?: string;
  readonly scope: string;
  readonly json?: true;
}

/** The answer of `token new`: with a subject also what a scenario needs beside the text. */
function newToken({ prefix, subject, scope }: NewOptions) {
  assertPrefix(prefix);
  const { id, text } = composeToken(prefix, (bytes) => new Uint8Array(randomBytes(bytes)));
  return { token: text, id, digest: digestToken(text), ...(subject === undefined ? {} : { subject, scope }) };
}

function addInputOptions(command: Command): Command {
  return command
    .allowExcessArguments()
    .option('--file <file>', 'the file that holds the token; - reads standard input', '-')
    .option('--prefix <prefix>', 'the prefix of this installation', defaultPrefix)
    .option('--json', 'as JSON');
}

/** `latchkey token new|check|digest`: makes and examines texts of tokens; none is ever an argument. Spec: CL, TK-1 */
export function registerToken(program: Command, session: Session): void {
  const token = program.command('token').description('make and examine texts of tokens');
  const answer = (
    options: { readonly json?: true },
    document: Readonly<Record<string, unknown>>,
  ): Promise<void> => {
    const rows = Object.entries(document).map(([key, value]) => [key, printable(String(value))]);
    return write(session.stdout, options.json ? jsonText(document) : aligned(rows));
  };

  token
    .command('new')
    .description('make a token from the random source of the system; it is shown this once')
    .allowExcessArguments()
    .option('--prefix <prefix>', 'the prefix of this installation', defaultPrefix)
    .option('--subject <name>', 'whom it acts as, to be put beside it in a scenario')
    .addOption(
      new Option('--scope <scope>', 'its scope there')
        .choices(['read-only', 'read-write'])
        .default('read-write'),
    )
    .option('--json', 'as JSON')
    .action((options: NewOptions, command: Command) => {
      refuseArguments(command);
      return answer(options, newToken(options));
    });

  addInputOptions(
    token.command('check').description('say whether a text has the form of a token; exit status 1 if not'),
  ).action(async (options: InputOptions, command: Command) => {
    refuseArguments(command);
    const { id, ...check } = checkToken(await inputText(options, session), options.prefix);
    await answer(options, { ...check, ...(id === null ? {} : { id }) });
    if (!check.valid) session.status = 1;
  });

  addInputOptions(token.command('digest').description('print the digest that is stored for a token'))
    .option('--pepper-file <file>', 'the bytes of the pepper, 32 or more, taken as they stand')
    .action(async (options: InputOptions & { readonly pepperFile?: string }, command: Command) => {
      refuseArguments(command);
      const text = await inputText(options, session);
      if (!isTokenText(text, options.prefix))
        throw new InputFault(['This is not the text of a token; nothing else is ever hashed.']);
      const digest = digestToken(text, await pepperOf(options.pepperFile, session));
      await (options.json ? answer(options, { digest }) : write(session.stdout, `${digest}\n`));
    });
}
