import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { LatchkeyOptions, Settings } from '@latchkey/core';
import { requestInput } from '@latchkey/node';
import { forwardAuth, type GatewayForm, nodeListener } from '../../src/index.ts';
import { stage } from '../stage.ts';

/** A reply as it came over the socket. */
export interface RawReply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** Sends header lines as they stand, and reads the reply to its end. */
export async function raw(
  port: number,
  requestLine: string,
  lines: readonly string[],
  body = '',
): Promise<RawReply> {
  const socket = connect(port, '127.0.0.1');
  const length = body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  const head = [`${requestLine} HTTP/1.1`, 'Host: app.example', 'Connection: close', ...length, ...lines];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  const [first = '', ...rest] = text.slice(0, end).split('\r\n');
  const headers = new Headers(
    rest.map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    }),
  );
  const rawBody = text.slice(end + 4);
  const isChunked = headers.get('transfer-encoding') === 'chunked';
  return { status: Number(first.split(' ')[1]), headers, body: isChunked ? unchunked(rawBody) : rawBody };
}

function unchunked(text: string): string {
  const end = text.indexOf('\r\n');
  const size = Number.parseInt(text.slice(0, end), 16);
  if (!(size > 0)) return '';
  return text.slice(end + 2, end + 2 + size) + unchunked(text.slice(end + 4 + size));
}

/** What the host behind the gateway saw of a request. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly lines: readonly (readonly [string, string])[];
  readonly body: string;
}

async function listen(
  listener: RequestListener,
): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

/** The first code block of a guide in a language, as a reader would paste it. */
export function configIn(guide: string, language: string): string {
  const text = readFileSync(new URL(`../../../../docs/guide/${guide}`, import.meta.url), 'utf8');
  const block = new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'm').exec(text)?.[1];
  if (block === undefined) throw new Error(`${guide} has no block of ${language}`);
  return block;
}

/** Puts the port of a test in the place of one in a guide; it has to stand there. */
export function withPort(config: string, written: number, port: number): string {
  const address = `127.0.0.1:${written}`;
  if (!config.includes(address)) throw new Error(`the configuration does not name ${address}`);
  return config.replaceAll(address, `127.0.0.1:${port}`);
}

/** The same for the host and Latchkey, where one configuration names both. */
export const withPorts = (config: string, host: number, latchkey: number): string =>
  withPort(withPort(config, 3000, host), 4000, latchkey);

/** A gateway before a host that tells what it saw, and Latchkey beside it. */
export async function behind(
  form: GatewayForm,
  start: (host: number, latchkey: number) => Promise<{ readonly port: number; stop(): Promise<void> }>,
  options: Partial<LatchkeyOptions> = {},
) {
  const trusted = (settings: Settings): Settings => ({
    ...settings,
    network: {
      ...settings.network,
      reverseProxy: { trusted: ['127.0.0.1'], header: 'X-Forwarded-For', onMissing: 'deny' },
    },
  });
  const { engine, store } = await stage({ settings: trusted, engine: options });
  const seen: Seen[] = [];
  const host = await listen((req, res) => {
    let body = '';
    req.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    req.on('end', () => {
      const { headers: lines } = requestInput(req);
      seen.push({ method: req.method ?? '', url: req.url ?? '', lines, body });
      // The host refuses in words of its own what its path asks for.
      res.writeHead(req.url?.startsWith('/api/refuse') === true ? 401 : 200, { 'X-Host': 'yes' });
      res.end('the host');
    });
  });
  let asked = 0;
  const authorize = forwardAuth({ engine, gateways: ['127.0.0.1'], form });
  const latchkey = await listen(
    nodeListener((request, context) => {
      asked++;
      return authorize(request, context);
    }),
  );
  const gateway = await start(host.port, latchkey.port);
  return {
    engine,
    store,
    port: gateway.port,
    latchkeyPort: latchkey.port,
    seen,
    asked: () => asked,
    /** The value of each line of a header that the host saw last. */
    last: (name: string): readonly string[] =>
      (seen.at(-1)?.lines ?? []).filter(([line]) => line.toLowerCase() === name).map(([, value]) => value),
    async stopLatchkey() {
      latchkey.server.closeAllConnections();
      latchkey.server.close();
      if (latchkey.server.listening) await once(latchkey.server, 'close');
    },
    async stop() {
      await gateway.stop();
      for (const { server } of [host, latchkey]) {
        server.closeAllConnections();
        server.close();
      }
      await engine.close();
    },
  };
}
