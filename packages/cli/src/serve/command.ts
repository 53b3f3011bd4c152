import { isIP } from 'node:net';
import { hosts } from '@latchkey/core';
import { type Command, Option } from 'commander';
import { type HostName, hostNames } from '../scenario/host.ts';
import { loadDocument } from '../scenario/load.ts';
import { InputFault, type Session, write } from '../session.ts';
import { bannerText, curlLines } from './banner.ts';
import { hashPassword, isPasswordText, longestPassword } from './passwords.ts';
import { type RunningServer, type ServerOptions, startServer } from './server.ts';
import { settingsFrom } from './settings.ts';
import { starterTokens, starterUsers } from './starter.ts';
import { establishSettings, openStore } from './store.ts';
import { parseUsers } from './users.ts';

/** The options of `latchkey serve` as they are typed. */
export interface ServeOptions {
  readonly port: string;
  readonly listen: string;
  readonly origin?: string;
  readonly host: HostName;
  readonly hostVersion?: string;
  readonly store: string;
  readonly settings?: string;
  readonly users?: string;
  readonly verbose?: true;
  readonly hashPassword?: true;
}

/** Adds `latchkey serve` to the program. Spec: CO-1, CL */
export function registerServe(program: Command, session: Session): void {
  program
    .command('serve')
    .description('run the reference server: a sample REST API behind the policy')
    .option('--port <number>', 'port to listen on; 0 for any free one', '8080')
    .option('--listen <address>', 'address to listen on', '127.0.0.1')
    .option('--origin <origin>', 'where browsers reach it through a proxy, such as https://notes.example.org')
    .addOption(new Option('--host <name>', 'host profile').choices(hostNames).default('generic'))
    .option(
      '--host-version <version>',
      'version of the host; it tells whether the host has tokens of its own',
    )
    .option(
      '--store <place>',
      'memory, sqlite:FILE, postgres://…, mysql://… or redis://…; LATCHKEY_STORE keeps a password out of the list of processes',
      process.env.LATCHKEY_STORE ?? 'sqlite:latchkey.sqlite',
    )
    .option(
      '--settings <file>',
      'complete settings document, saved at start; without it, what the store holds',
    )
    .option(
      '--users <file>',
      'list of { name, passwordHash, groups, active, administrator }; two sample users without it',
    )
    .option(
      '--hash-password',
      'read a password from standard input, print its hash for the users file, and end',
    )
    .option('--verbose', 'one line of JSON for each request on standard error, without secrets')
    .action(async (options: ServeOptions) =>
      options.hashPassword === true ? printHash(session) : serve(options, session, stopRequested(process)),
    );
}

/** Serves until `stopped`. Throws an `InputFault` for options or files that cannot be used. */
export async function serve(options: ServeOptions, session: Session, stopped: Promise<void>): Promise<void> {
  const host = hosts[options.host];
  const [port, listen] = [portIn(options.port), listenIn(options.listen)];
  const origin = options.origin === undefined ? {} : { origin: originIn(options.origin) };
  const chosen = await settingsFrom(options.settings, host, session);
  const given = options.users === undefined ? null : await loadDocument(options.users, session, parseUsers);
  const made = given === null ? await starterUsers(host) : [];
  const users = given ?? made.map(({ user }) => user);
  const say = (line: string): void => void session.stderr.write(`${line}\n`);

  const logAccess = options.verbose === true ? say : null;
  const store = await openStore(options.store);
  try {
    const settings = await establishSettings(store.settings, chosen, host);
    const version = options.hostVersion === undefined ? {} : { hostVersion: options.hostVersion };
    const to = { listen, port, ...origin, logAccess, logFailure: say };
    const running = await listening({ host, ...version, store, users, ...to });
    try {
      if (!/^(127\.|::1$)/.test(listen))
        say('Beyond this machine, tokens and passwords travel in plain text: put a proxy with TLS in front.');
      const tokens = await starterTokens(users, settings, running.tokens);
      const password = made.find(({ user }) => user.name === tokens.subject)?.password ?? null;
      const stage = { host, url: running.url, peer: running.peer, place: store.place, tokens, password };
      await write(session.stdout, bannerText(stage, made, await curlLines(stage, running.engine)));
      await stopped;
    } finally {
      await running.close();
    }
  } finally {
    await store.close();
  }
}

async function listening(options: ServerOptions): Promise<RunningServer> {
  try {
    return await startServer(options);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : null;
    if (code === null || !/^E[A-Z]+$/.test(code)) throw error;
    const place = `port ${options.port} of ${options.listen}`;
    throw new InputFault([
      code === 'EADDRINUSE'
        ? `latchkey: ${place} is in use; choose another with --port, or any free one with --port 0.`
        : `latchkey: cannot listen on ${place} (${code}).`,
    ]);
  }
}

function portIn(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InputFault(['latchkey: --port takes a number from 0 to 65535.']);
}

function listenIn(text: string): string {
  if (isIP(text) !== 0 && !text.includes('%')) return text;
  throw new InputFault(['latchkey: --listen takes an IP address, such as 127.0.0.1 or ::1.']);
}

function originIn(text: string): string {
  if (URL.canParse(text) && new URL(text).origin === text && /^https?:/.test(text)) return text;
  throw new InputFault([
    'latchkey: --origin takes a scheme and a host as browsers write them, such as https://notes.example.org.',
  ]);
}

/** Settles at the first SIGINT or SIGTERM; a second one ends the process at once, as without us. */
export function stopRequested(signals: Pick<NodeJS.EventEmitter, 'on' | 'off'>): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      signals.off('SIGINT', stop);
      signals.off('SIGTERM', stop);
      resolve();
    };
    signals.on('SIGINT', stop);
    signals.on('SIGTERM', stop);
  });
}

async function printHash({ stdin, stdout }: Session): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  const password = Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
  if (!isPasswordText(password))
    throw new InputFault([
      `latchkey: a password is one line of 1 to ${longestPassword} bytes without control characters.`,
    ]);
  await write(stdout, `${await hashPassword(password)}\n`);
}
