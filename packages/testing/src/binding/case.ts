import type { Decision, Latchkey, RequestInput, Settings } from '@latchkey/core';
import { type ProbeEngine, probeEngine } from './engine.ts';
import { type Answer, type Connection, connection, requestText } from './socket.ts';

/**
 * What a runtime may be unable to show to a binding, or a binding's place in it. Declare what is lacking: the
 * cases then prove what holds instead.
 *
 * - `raw-headers`: the header lines one by one, in order, with their names as sent
 * - `empty-authorization`: an empty `Authorization` line before another one
 * - `raw-target`: the target before dot segments are resolved
 * - `absolute-form`: a target with scheme and authority, as it was sent
 * - `asterisk-form`: the target `*`
 * - `peer`: the socket's address
 * - `departure`: that the caller has gone meanwhile
 * - `earlier-headers`: something before the binding that has set headers of the response
 */
export type BindingTrait =
  | 'raw-headers'
  | 'empty-authorization'
  | 'raw-target'
  | 'absolute-form'
  | 'asterisk-form'
  | 'peer'
  | 'departure'
  | 'earlier-headers';

/** A request as the host behind the binding sees it. */
export interface HostRequest {
  /** The decision, taken from where the binding puts it. */
  readonly decision: Decision | null | undefined;
  readonly method: string;
  /** The target in the framework's own reading, with the query. */
  readonly target: string;
  readonly authorization: string | null | undefined;
  /** The whole body as text. */
  body(): Promise<string>;
}

/** What the server under test is made around. */
export interface BindingProbe {
  readonly engine: Pick<Latchkey, 'authenticate'>;
  readonly onError: (error: unknown) => void;
  /** Gives the text to answer with status 200; what it throws is answered by the framework's own error handling. */
  readonly host: (request: HostRequest) => Promise<string>;
}

/** A running server of the framework. */
export interface BindingUnderTest {
  /** Where it listens on 127.0.0.1. */
  readonly port: number;
  readonly lacks?: readonly BindingTrait[];
  close(): Promise<void>;
}

/**
 * Starts a server of the framework with the binding before a host: for every method and target it calls
 * `probe.host`. Errors of the host become 418 with the error's message, by the framework's own error handling.
 * Before the binding, the response gets `X-Before: 1` and `Cache-Control: public`. Whatever makes the framework
 * believe forwarded headers is switched on.
 */
export type BindingFactory = (probe: BindingProbe) => Promise<BindingUnderTest>;

/** One thing that every binding must do; rejects when it does not hold. */
export interface BindingCase {
  readonly id: string;
  /** Begins with the clause that the case proves. */
  readonly title: string;
  run(create: BindingFactory): Promise<void>;
}

/** What reached the host, read to the end. */
export interface Reached extends Omit<HostRequest, 'body'> {
  readonly body: string;
}

/** A server under test with its engine, as a case sees it. */
export interface Bench extends Omit<ProbeEngine, 'engine'> {
  /** The engine itself, before a case has put something around it. */
  readonly real: Latchkey;
  readonly port: number;
  /** Every request that reached the engine, in order. */
  readonly seen: readonly RequestInput[];
  /** Every request that reached the host and was read to the end, in order. */
  readonly reached: readonly Reached[];
  /** The target of every request that the host was called with, also where its body never came. */
  readonly entered: readonly string[];
  /** What `onError` was told. */
  readonly errors: readonly unknown[];
  has(trait: BindingTrait): boolean;
  /** Opens a connection that is ended with the case. */
  open(): Promise<Connection>;
  /** One request on a connection of its own. */
  ask(line: string, lines?: readonly string[], body?: string): Promise<Answer>;
}

/** What a case changes about its server. */
export interface Arrangement {
  readonly settings?: (settings: Settings) => Settings;
  readonly engine?: (real: Latchkey) => Pick<Latchkey, 'authenticate'>;
  readonly host?: BindingProbe['host'];
}

/** A case over a server that is ended with it, whatever happens. */
export function bindingCase(
  id: string,
  title: string,
  body: (bench: Bench) => Promise<void>,
  arrange: () => Arrangement = () => ({}),
): BindingCase {
  return {
    id,
    title,
    async run(create) {
      const arrangement = arrange();
      const { engine: real, ...tokens } = await probeEngine(arrangement.settings);
      const seen: RequestInput[] = [];
      const reached: Reached[] = [];
      const entered: string[] = [];
      const errors: unknown[] = [];
      const connections: Connection[] = [];
      const engine = arrangement.engine?.(real) ?? real;
      const { port, lacks, close } = await create({
        engine: {
          authenticate(request) {
            seen.push(request);
            return engine.authenticate(request);
          },
        },
        onError: (error) => void errors.push(error),
        host: async (request) => {
          const { decision, method, target, authorization } = request;
          entered.push(target);
          const text = await (arrangement.host?.(request) ?? request.body());
          reached.push({ decision, method, target, authorization, body: text });
          return `${decision?.effect ?? 'no decision'} ${text}`;
        },
      });
      const open = async (): Promise<Connection> => {
        const opened = await connection(port);
        connections.push(opened);
        return opened;
      };
      const ask: Bench['ask'] = async (line, lines = [], text = '') => {
        const opened = await open();
        opened.send(requestText(line, [...lines, 'Connection: close'], text));
        return opened.answer(line.startsWith('HEAD '));
      };
      const has: Bench['has'] = (trait) => !lacks?.includes(trait);
      try {
        await body({ real, ...tokens, port, seen, reached, entered, errors, has, open, ask });
      } finally {
        for (const opened of connections) opened.destroy();
        await close();
        await real.close();
      }
    },
  };
}
