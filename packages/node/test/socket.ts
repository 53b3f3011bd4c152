import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

/** A server on a free port of the loopback interface. */
export async function listening(handler: RequestListener): Promise<{ server: Server; port: number }> {
  const server = createServer(handler);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

/** Sends bytes as they stand and gives everything that comes back until the server closes. */
export async function exchange(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.setEncoding('latin1');
  socket.write(text, 'latin1');
  let received = '';
  for await (const chunk of socket) received += chunk;
  return received;
}

/** One request text with `Connection: close`; lines are sent exactly as given. */
export const requestText = (line: string, lines: readonly string[] = [], body = ''): string =>
  [`${line} HTTP/1.1`, 'Host: test', ...lines, 'Connection: close', '', body].join('\r\n');

/** Status, header lines and body of the first answer in a text. */
export function answerIn(text: string): { status: number; lines: readonly string[]; body: string } {
  const end = text.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n');
  return { status: Number(statusLine.split(' ')[1]), lines, body: text.slice(end + 4) };
}
