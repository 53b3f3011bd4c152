import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createLatchkey,
  type EpochMs,
  type HostProfile,
  type Latchkey,
  type TokenStore,
} from '@latchkey/core';
import { meterObserver, observed, prometheusMeter, timedTokens } from '@latchkey/http';
import { latchkey, nodePlatform } from '@latchkey/node';
import { accessLog } from './access.ts';
import { passwordCheck } from './check.ts';
import { sessionCookie } from './cookie.ts';
import { type UserDirectory, userDirectory } from './directory.ts';
import { sessionHolder } from './holder.ts';
import { sendProblem } from './json.ts';
import { loginLock } from './lock.ts';
import { hostLogin, loginBy, orSession } from './login.ts';
import { personalSession, withManagement } from './management.ts';
import { foreignGuard } from './origin.ts';
import { sessionPage } from './session.ts';
import { memorySessions } from './sessions.ts';
import { site } from './site.ts';
import type { OpenStore } from './store.ts';
import type { User } from './users.ts';

/** What a reference server is made of. */
export interface ServerOptions {
  readonly host: HostProfile;
  /** The caller closes it, after the server. */
  readonly store: OpenStore;
  readonly users: readonly User[];
  /** Who there is and whose password is right; by the users where absent. */
  readonly directory?: UserDirectory;
  /** The longest that one password check may take, in milliseconds; 10,000 where absent. */
  readonly longestCheckMs?: number;
  /** The address to listen on. */
  readonly listen: string;
  /** The port; 0 for any free one. */
  readonly port: number;
  /** The host's version, which decides whether it has tokens of its own; without it, it counts as having them. */
  readonly hostVersion?: string;
  /** Where browsers reach it, such as `https://notes.example.org`; where it listens, by plain http, where absent. */
  readonly origin?: string;
  /** The time by which tokens and sessions end; the system's where absent. */
  readonly clock?: () => EpochMs;
  /** Takes one line of JSON for each request; null for no access log. */
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
 * Starts the reference server: the policy in front of a sample host. Rejects with the
 * system's error where it cannot listen. Spec: CO-1
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host, store, hostVersion, logFailure } = options;
  const noteAccess = options.logAccess === null ? null : accessLog(options.logAccess);
  const { tokens, settings, audit, attempts } = store;
  const clock = options.clock ?? nodePlatform.clock;
  const origins = options.origin === undefined ? null : [options.origin];
  const directory = options.directory ?? userDirectory(options.users);
  const meter = prometheusMeter();
  const ports = { tokens: timedTokens(tokens, meter), settings, audit, attempts, directory };
  const made = { ...nodePlatform, clock, ...ports, host, observer: meterObserver(meter) };
  const engine = observed(createLatchkey(made), meter);
  const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
  const check = passwordCheck(directory, {
    onFailure: () => logFailure('A password check did not answer.'),
    ...(options.longestCheckMs === undefined ? {} : { longestCheckMs: options.longestCheckMs }),
  });
  const cookie = sessionCookie(options.origin?.startsWith('https:') === true);
  const sessions = memorySessions(directory, clock);
  const holder = sessionHolder(host, cookie, sessions);
  const login = orSession(loginBy(check, engine), holder);
  const refuseForeign = foreignGuard(origins);
  const lock = loginLock(attempts, engine);
  const session = sessionPage({ check, lock, sessions, holder, cookie, refuseForeign });
  const management = {
    ...made,
    engine,
    session: personalSession(login),
    ...(origins === null ? {} : { origins }),
    metrics: meter,
    ...(hostVersion === undefined ? {} : { hostVersion }),
    onError: (error: unknown) => logFailure(`The management API failed (${nameOf(error)}).`),
  };
  const answer = withManagement(management, site(host, { login: hostLogin(login), session, refuseForeign }));
  const guard = latchkey(engine, { onError: (error) => logFailure(`The engine failed (${nameOf(error)}).`) });

  const server = createServer(
    { requestTimeout: requestTimeoutMs, headersTimeout: requestTimeoutMs },
    (req, res) => {
      if (noteAccess !== null) {
        const [peer, startedAt] = [req.socket.remoteAddress ?? '-', performance.now()];
        res.once('close', () => noteAccess(req, res, peer, startedAt));
      }
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
