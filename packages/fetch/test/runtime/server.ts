import { targetOfUrl } from '@latchkey/core';
import { latchkey } from '@latchkey/fetch';
import { type BindingFactory, type BindingTrait, httpBindingCases } from '@latchkey/testing';
import { issueReadOnly, memoryEngine } from './memory.ts';

/** The servers of two runtimes, as far as they are used here. */
interface Bun {
  serve(options: {
    port: number;
    hostname: string;
    fetch(
      request: Request,
      server: { requestIP(request: Request): { address: string } | null },
    ): Promise<Response>;
  }): { readonly port: number; stop(now: boolean): Promise<void> };
}
interface Deno {
  serve(
    options: { port: number; hostname: string; signal: AbortSignal; onListen(): void },
    handler: (request: Request, info: { remoteAddr: { hostname: string } }) => Promise<Response>,
  ): { readonly addr: { readonly port: number }; readonly finished: Promise<void> };
}
const runtime = globalThis as { Bun?: Bun; Deno?: Deno };

/** A handler with the address of the socket, and a server of it. */
type Handler = (request: Request, address: string | undefined) => Promise<Response>;
type Serve = (handler: Handler) => { readonly port: number; close(): Promise<void> };

function serving(): Serve {
  const { Bun: bun, Deno: deno } = runtime;
  const place = { port: 0, hostname: '127.0.0.1' };
  if (bun !== undefined)
    return (handler) => {
      const fetch = (request: Request, server: Parameters<Parameters<Bun['serve']>[0]['fetch']>[1]) =>
        handler(request, server.requestIP(request)?.address);
      const server = bun.serve({ ...place, fetch });
      return { port: server.port, close: () => server.stop(true) };
    };
  if (deno !== undefined)
    return (handler) => {
      const ending = new AbortController();
      const options = { ...place, signal: ending.signal, onListen: () => undefined };
      const server = deno.serve(options, (request, info) => handler(request, info.remoteAddr.hostname));
      return { port: server.addr.port, close: async () => ending.abort() };
    };
  throw new Error('This is neither Bun nor Deno.');
}
const serve = serving();

const createWith =
  (lacks: readonly BindingTrait[]): BindingFactory =>
  async ({ engine, onError, host }) => {
    const guard = latchkey<[string | undefined]>(engine, { onError, peer: (_, address) => address });
    const handler = guard(async (request, decision) => {
      const { method, url, headers } = request;
      const seen = {
        decision,
        method,
        target: targetOfUrl(url),
        authorization: headers.get('authorization'),
      };
      return new Response(await host({ ...seen, body: () => request.text() }));
    });
    const server = serve((request, address) =>
      handler(request, address).catch((error: Error) => new Response(error.message, { status: 418 })),
    );
    return { ...server, lacks };
  };

/** The statuses of a read and a write with a token, and of a malformed one, on an engine of the runtime's own. */
async function memoryStatuses(): Promise<readonly number[]> {
  const engine = memoryEngine();
  const guard = latchkey(engine);
  const { port, close } = serve((request) => guard(() => new Response('the host'))(request));
  const url = `http://127.0.0.1:${port}/api/notes`;
  const ask = async (method: string, token: string): Promise<number> => {
    const response = await fetch(url, { method, headers: { Authorization: `Bearer ${token}` } });
    await response.text();
    return response.status;
  };
  const token = await issueReadOnly(engine);
  const statuses = [await ask('GET', token), await ask('POST', token), await ask('GET', `${token} x`)];
  await close();
  await engine.close();
  return statuses;
}

// One line of JSON for each case, for whoever has started this program: arguments are the traits that are lacking.
const say = (id: string, problem: string | null): void => console.log(JSON.stringify({ id, problem }));
const { argv } = (globalThis as unknown as { process: { argv: string[] } }).process;
const create = createWith(argv.slice(2) as BindingTrait[]);
for (const { id, run } of httpBindingCases())
  await run(create).then(
    () => say(id, null),
    (error: Error) => say(id, error.message),
  );
const statuses = String(await memoryStatuses());
say('memory-store', statuses === '200,403,401' ? null : `statuses ${statuses}`);
