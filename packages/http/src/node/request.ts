import { type Decision, pairedHeaderLines, type RequestInput } from '@latchkey/core';
import type { RequestContext } from '../context.ts';
import { soleLine } from '../line.ts';

/** What is read of Node's own request, an `IncomingMessage`, and of what frameworks put on it. */
export interface NodeRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** The target that arrived, where a framework has changed `url` below a mount. */
  readonly originalUrl?: string | undefined;
  readonly rawHeaders: readonly string[];
  readonly socket: { readonly remoteAddress?: string | undefined; readonly encrypted?: boolean };
  /** The decision, where a binding has put it. */
  readonly latchkey?: Decision | null | undefined;
  /** The parsed body, where a parser has put it. */
  readonly body?: unknown;
  /** True once somebody has read of the body. */
  readonly readableDidRead: boolean;
  readonly readableEnded: boolean;
  readonly destroyed: boolean;
  on(event: 'data', listener: (chunk: Uint8Array) => void): unknown;
  on(event: 'end' | 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  pause(): unknown;
  resume(): unknown;
}

/**
 * Node's own request as a handler of this package takes it: a Web `Request`, and beside it what such a one does not
 * tell. `told` is for what a framework keeps elsewhere, and it counts before what stands on the request. Spec: BI-2
 *
 * @example
 * const reply = await api(...fromNode(ctx.req, { decision: ctx.state.latchkey })); // Koa
 */
export function fromNode(req: NodeRequest, told: RequestContext = {}): [Request, RequestContext] {
  const target = req.originalUrl ?? req.url ?? '';
  const method = req.method ?? '';
  const headers = pairedHeaderLines(req.rawHeaders);
  const { latchkey: decision, body, socket } = req;
  const request = new Request(urlOf(told.target ?? target, headers, socket.encrypted === true), {
    method: unheardOf.has(method) ? 'GET' : method,
    headers: webHeaders(headers),
    ...(bodiless.has(method) ? {} : { body: bodyOf(req), duplex: 'half' }),
  });
  // Used up here as it is there.
  if (req.readableDidRead) request.body?.cancel().catch(() => undefined);
  return [request, { method, target, headers, peer: socket.remoteAddress, decision, body, ...told }];
}

/** Methods that a Web `Request` cannot have; the context says which it is. */
const unheardOf: ReadonlySet<string> = new Set(['', 'CONNECT', 'TRACE', 'TRACK']);

/** Methods with which a Web `Request` has no body. */
const bodiless: ReadonlySet<string> = new Set([...unheardOf, 'GET', 'HEAD']);

/** Header lines as the Web knows them; what it refuses is left out, as the context has them all. */
function webHeaders(lines: RequestInput['headers']): Headers {
  const headers = new Headers();
  for (const [name, value] of lines) {
    try {
      headers.append(name, value);
    } catch {}
  }
  return headers;
}

/** A URL with the host that the caller was told, for the check of origins; a host that is none is nobody's. */
function urlOf(target: string, headers: RequestInput['headers'], encrypted: boolean): string {
  const host = soleLine(headers, 'host');
  const told = `${encrypted ? 'https' : 'http'}://${host.ok ? host.value : ''}`;
  const origin =
    host.ok && !/[\s/\\?#@]/.test(host.value) && URL.canParse(told) ? told : 'http://latchkey.invalid';
  if (target.startsWith('/')) return origin + target;
  const url = URL.canParse(target) ? new URL(target) : null;
  return `${origin}${url?.pathname.startsWith('/') === true ? url.pathname + url.search : '/'}`;
}

/** The body as a Web stream that takes a chunk when it is asked for one, and leaves the connection as it is. */
function bodyOf(req: NodeRequest): ReadableStream<Uint8Array> {
  let state: 'new' | 'read' | 'over' = 'new';
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const end = (finish: () => void) => (): void => {
          if (state === 'over') return;
          state = 'over';
          finish();
        };
        const brokeOff = end(() => controller.error(new Error('The body broke off.')));
        if (req.readableEnded) return end(() => controller.close())();
        if (req.destroyed) return brokeOff();
        req.resume();
        // Listened to from the first pull on: of a body that nobody wants Node disposes by itself.
        if (state === 'read') return;
        state = 'read';
        req.on('data', (chunk) => {
          if (state === 'over') return;
          req.pause();
          controller.enqueue(chunk);
        });
        req.on(
          'end',
          end(() => controller.close()),
        );
        req.on('error', brokeOff);
        req.on('close', brokeOff);
      },
      cancel() {
        // What still comes is let go by, so that the connection can carry the answer and the next request.
        if (state === 'read') req.resume();
        state = 'over';
      },
    },
    { highWaterMark: 0 },
  );
}
