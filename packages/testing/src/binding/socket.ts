import type { Socket } from 'node:net';

/** One answer as it came over the wire. */
export interface Answer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** What has arrived behind it already. */
  readonly rest: string;
}

/** A connection whose bytes are the case's own. */
export interface Connection {
  send(text: string): void;
  /** The next answer; `bodiless` for one to HEAD. Rejects where the connection ends before it is whole. */
  answer(bodiless?: boolean): Promise<Answer>;
  destroy(): void;
}

/** How long an answer may take, in ms. */
const patience = 10_000;

/** A request text with its length; lines are sent exactly as given. */
export const requestText = (line: string, lines: readonly string[] = [], body = ''): string =>
  [
    `${line} HTTP/1.1`,
    'Host: test',
    ...lines,
    ...(body === '' ? [] : [`Content-Length: ${body.length}`]),
    '',
    body,
  ].join('\r\n');

/** Every value of a header, in order; names compare without case. */
export const valuesOf = ({ headers }: Answer, name: string): readonly string[] =>
  headers.filter(([other]) => other.toLowerCase() === name.toLowerCase()).map(([, value]) => value);

/** The body of chunks and what follows it, or null while it is not whole. */
function unchunked(text: string): [body: string, rest: string] | null {
  let body = '';
  for (let at = 0; ; ) {
    const line = text.indexOf('\r\n', at);
    const size = Number.parseInt(text.slice(at, line), 16);
    const end = line + 2 + size;
    if (line === -1 || text.length < end + 2) return null;
    if (size === 0) return [body, text.slice(end + 2)];
    body += text.slice(line + 2, end);
    at = end + 2;
  }
}

/** The first answer in a text, or null while it is not whole. */
function answerIn(text: string, bodiless: boolean, ended: boolean): Answer | null {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return null;
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  const answer = { status: Number(statusLine.split(' ')[1]), headers, body: '', rest: '' };
  const after = text.slice(end + 4);
  if (bodiless || answer.status === 204 || answer.status === 304) return { ...answer, rest: after };
  if (valuesOf(answer, 'Transfer-Encoding').length > 0) {
    const whole = unchunked(after);
    return whole === null ? null : { ...answer, body: whole[0], rest: whole[1] };
  }
  const [length] = valuesOf(answer, 'Content-Length').map(Number);
  if (length === undefined) return ended ? { ...answer, body: after } : null;
  if (after.length < length) return null;
  return { ...answer, body: after.slice(0, length), rest: after.slice(length) };
}

/** Opens a connection to a port of the loopback interface. Texts are Latin-1, a byte a character. */
export async function connection(port: number): Promise<Connection> {
  // Only here, so that the rest of the kit loads where there is no such module.
  const { connect } = await import('node:net');
  let [received, ended] = ['', false];
  let wake = (): void => undefined;
  const socket: Socket = connect(port, '127.0.0.1');
  socket.setEncoding('latin1').setNoDelay(true);
  socket.on('data', (chunk) => {
    received += chunk;
    wake();
  });
  const end = (): void => {
    ended = true;
    wake();
  };
  // A connection that breaks off ends; whether it may is for the case to say.
  socket.on('error', end).on('close', end);
  return {
    send: (text) => void socket.write(text, 'latin1'),
    async answer(bodiless = false) {
      for (;;) {
        const found = answerIn(received, bodiless, ended);
        if (found !== null) {
          received = found.rest;
          return found;
        }
        if (ended) throw new Error(`the connection ended after ${JSON.stringify(received.slice(0, 200))}`);
        await new Promise<void>((resolve, reject) => {
          const timer = setTimeout(() => reject(new Error('no answer came')), patience);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    },
    destroy: () => void socket.destroy(),
  };
}
