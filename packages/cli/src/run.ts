import { Command, CommanderError } from 'commander';
import { withholdTokens } from './output/text.ts';
import { usageProblem } from './output/usage.ts';
import { InputFault, type Session, type Streams } from './session.ts';
import { version } from './version.ts';

type Register = (program: Command, session: Session) => void;

/** Where each command is; imported when it is asked for, so that every start stays quick. */
const commands: Readonly<Record<string, () => Promise<Register>>> = {
  serve: async () => (await import('./serve/command.ts')).registerServe,
  simulate: async () => (await import('./command/simulate.ts')).registerSimulate,
  test: async () => (await import('./command/test.ts')).registerTest,
  explain: async () => (await import('./command/explain.ts')).registerExplain,
  address: async () => (await import('./command/address.ts')).registerAddress,
  review: async () => (await import('./command/review.ts')).registerReview,
  impact: async () => (await import('./command/impact.ts')).registerImpact,
  migrate: async () => (await import('./command/migrate.ts')).registerMigrate,
  table: async () => (await import('./command/table.ts')).registerTable,
  schema: async () => (await import('./command/schema.ts')).registerSchema,
  token: async () => (await import('./command/token.ts')).registerToken,
};

/** Registers the command that the arguments name; all of them where they name none, for the help. */
async function register(program: Command, session: Session, argv: readonly string[]): Promise<void> {
  const name = argv.find((argument) => !argument.startsWith('-')) ?? '';
  const wanted = Object.hasOwn(commands, name) ? [commands[name]] : Object.values(commands);
  for (const load of wanted) if (load !== undefined) (await load())(program, session);
}

/**
 * Runs the program on arguments and answers its exit status: 0, 1 for failed expectations, 2 for anything
 * that cannot be done as asked, with the reason on standard error. Spec: CL
 *
 * @example
 * process.exitCode = await run(['simulate', 'scenario.json', '--json'], process);
 */
export async function run(argv: readonly string[], { stdin, stdout, stderr }: Streams): Promise<0 | 1 | 2> {
  const session: Session = { stdin, stdout, stderr, status: 0 };
  const complain = (problems: readonly string[]): 2 => {
    for (const problem of problems) stderr.write(`${withholdTokens(problem)}\n`);
    return 2;
  };
  const program = new Command('latchkey')
    .description('API tokens under an administrator’s policy: try it, test it, explain it.')
    .version(version())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      // What commander says of an error quotes the arguments, which may hold a secret: we say it ourselves.
      outputError: () => {},
    });
  try {
    await register(program, session, argv);
    await program.parseAsync(argv, { from: 'user' });
    return session.status;
  } catch (error) {
    if (error instanceof InputFault) return complain(error.problems);
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    return error.code === 'commander.help' ? 2 : complain([`latchkey: ${usageProblem(error)}`]);
  }
}
