import { execFile } from 'node:child_process';
import { PassThrough, Readable, Writable } from 'node:stream';
import type { ServeOptions } from '../../src/serve/command.ts';
import { serve } from '../../src/serve/command.ts';
import type { Session } from '../../src/session.ts';

/** A session whose output is kept. */
export function recorded(stdin = ''): { session: Session; out: () => string; errors: () => string } {
  const kept = (): { stream: Writable; text: () => string } => {
    let all = '';
    const stream = new Writable({
      write(chunk, _encoding, done) {
        all += String(chunk);
        done();
      },
    });
    return { stream, text: () => all };
  };
  const [out, errors] = [kept(), kept()];
  const session: Session = {
    stdin: Readable.from([stdin]),
    stdout: out.stream,
    stderr: errors.stream,
    status: 0,
  };
  return { session, out: out.text, errors: errors.text };
}

/** A line of the banner: what it says it answers, and the command under it. */
export interface Promised {
  readonly title: string;
  readonly status: number;
  readonly effect: string;
  readonly row: string;
  readonly command: string;
}

/** A running `latchkey serve`, seen from outside. */
export interface Served {
  readonly banner: string;
  readonly url: string;
  readonly promised: readonly Promised[];
  readonly errors: () => string;
  stop(): Promise<void>;
}

/** Runs `latchkey serve` in this process on a free port and waits for its banner. */
export async function served(options: Partial<ServeOptions> = {}): Promise<Served> {
  const stdout = new PassThrough().setEncoding('utf8');
  const { session, errors } = recorded();
  let stop = (): void => undefined;
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const over = serve(
    { port: '0', listen: '127.0.0.1', host: 'generic', store: 'memory', ...options },
    { ...session, stdout },
    stopped,
  );
  const banner = await Promise.race([
    new Promise<string>((resolve) => stdout.once('data', resolve)),
    over.then(() => Promise.reject(new Error('It ended before it listened.'))),
  ]);
  return {
    banner,
    url: /Listening on (\S+)\//.exec(banner)?.[1] ?? '',
    promised: promisedIn(banner),
    errors,
    stop: async () => {
      stop();
      await over;
    },
  };
}

const promise = /^ {2}(.+): (\d{3}) \((allow|deny|defer), ([a-z-]+)\)\n {2}(curl .+)$/gm;

const promisedIn = (banner: string): readonly Promised[] =>
  [...banner.matchAll(promise)].map(([, title = '', status, effect = '', row = '', command = '']) => ({
    title,
    status: Number(status),
    effect,
    row,
    command,
  }));

/** No proxy of this machine stands between a line and the loopback interface. */
const env = { ...process.env, no_proxy: '*', NO_PROXY: '*' };

/** Runs a line as a shell would when it is pasted; status, header lines and body of the answer. */
export function pasted(command: string): Promise<{ status: number; head: string; body: string }> {
  return new Promise((resolve, reject) =>
    execFile(
      'sh',
      ['-c', `${command} --silent --show-error --max-time 10`],
      { env },
      (error, stdout, stderr) => {
        if (error !== null) return reject(new Error(stderr));
        const end = stdout.indexOf('\r\n\r\n');
        const head = stdout.slice(0, end);
        resolve({ status: Number(head.split(' ')[1]), head, body: stdout.slice(end + 4) });
      },
    ),
  );
}
