import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { memoryAttempts } from '@latchkey/attempts';
import {
  createLatchkey,
  type HostProfile,
  type Latchkey,
  type Settings,
  type TokenStore,
} from '@latchkey/core';
import { latchkey, nodePlatform } from '@latchkey/node';
import { memoryStore } from '@latchkey/store-memory';
import { accessLine } from './access.ts';
import { userDirectory } from './directory.ts';
import { sendProblem } from './json.ts';
import { hostLogin } from './login.ts';
import { site } from './site.ts';
import type { User } from './users.ts';

/** What a reference server is made of. */
export interface ServerOptions {
  readonly host: HostProfile;
  readonly settings: Settings;
  readonly users: readonly User[];
  /** The address to listen on. */
  readonly listen: string;
  /** The port; 0 for any free one. */
  readonly port: number;
  /** Takes one line for each request; null for no access log. */
  readonly logAccess: ((line: string) => void) | null;
  /** Takes one line for each failure that a caller got 500 or 503 for. */
  readonly logFailure: (line: string) => void;
}

/** A server that listens. */
export interface RunningServer {
  /** Where it can be reached from this machine, without a trailing slash. */
  readonly url: string;
  /** The address that a client on this machine has towards it. */
  readonly peer: string;
  readonly engine: Latchkey;
  readonly tokens: TokenStore;
  /** Stops listening, lets the running requests end for a while, then closes the engine. */
  close(): Promise<void>;
}

/** How long a request may take to arrive, and how long running ones may go on once the server stops. */
const requestTimeoutMs = 30_000;
const closingMs = 3_000;

/**
 * Starts the reference server: the policy in front of a sample host, all of it in memory. Rejects with the
 * system's error where it cannot listen. Spec: CO-1
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host, settings, logAccess, logFailure } = options;
  const directory = userDirectory(options.users);
  const { tokens } = memoryStore();
  const attempts = memoryAttempts();
  const engine = createLatchkey({ ...nodePlatform, host, settings, tokens, directory, attempts });
  const answer = site(host, hostLogin(directory, engine));
  const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
  const guard = latchkey(engine, { onError: (error) => logFailure(`The engine failed (${nameOf(error)}).`) });

  const server = createServer(
    { requestTimeout: requestTimeoutMs, headersTimeout: requestTimeoutMs },
    (req, res) => {
      const peer = req.socket.remoteAddress ?? '-';
      if (logAccess !== null) res.once('close', () => logAccess(accessLine(req, res, peer)));
      guard(req, res, () => answer(req, res)).catch((error: unknown) => {
        // A body that breaks off has nobody left to tell.
        if (req.socket.destroyed) return;
        logFailure(`A request failed (${nameOf(error)}).`);
        sendProblem(res, {
          status: 500,
          title: 'Internal Server Error',
          detail: 'Something went wrong here.',
        });
      });
    },
  );
  try {
    server.listen(options.port, options.listen);
    await once(server, 'listening');
  } catch (error) {
    await engine.close();
    throw error;
  }

  const { port } = server.address() as AddressInfo;
  const peer = options.listen === '0.0.0.0' ? '127.0.0.1' : options.listen === '::' ? '::1' : options.listen;
  return {
    url: `http://${peer.includes(':') ? `[${peer}]` : peer}:${port}`,
    peer,
    engine,
    tokens,
    async close() {
      const closed = once(server, 'close');
      server.close();
      const timer = setTimeout(() => server.closeAllConnections(), closingMs);
      await closed;
      clearTimeout(timer);
      await engine.close();
    },
  };
}
