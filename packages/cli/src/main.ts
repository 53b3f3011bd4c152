import { run } from './run.ts';

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever reads us has seen enough (`| head`): nothing is wrong.
  if (error.code === 'EPIPE') process.exit();
  process.exitCode = 2;
  process.stderr.write(`latchkey: the output cannot be written (${error.code ?? 'unknown'}).\n`);
});

run(process.argv.slice(2), process).then(
  (status) => {
    // Not `exit`: what is still on its way to a pipe has to arrive.
    process.exitCode = status;
  },
  (error: unknown) => {
    process.exitCode = 2;
    // Name and code only: a message may quote what was read.
    const { name, code } =
      error instanceof Error ? (error as NodeJS.ErrnoException) : { name: typeof error, code: undefined };
    process.stderr.write(
      `latchkey: an unexpected failure (${code === undefined ? name : `${name}, ${code}`}).\n`,
    );
  },
);
