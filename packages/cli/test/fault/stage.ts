import { randomBytes } from 'node:crypto';
import {
  type Actor,
  createLatchkey,
  type Decision,
  defaultSettings,
  hosts,
  type IssuedToken,
  type Latchkey,
  type LatchkeyOptions,
  type RequestInput,
  type Settings,
} from '@latchkey/core';
import { expect } from 'vitest';
import type { OpenStore } from '../../src/serve/store.ts';

/** The ports that an engine of these tests is made from. */
export type Ports = Pick<OpenStore, 'tokens' | 'settings' | 'audit'>;

/** How long the engine waits for a look-up where nothing else is said, in milliseconds. */
export const lookUpMs = 250;

/** The same where look-ups go on through the fault: only a slow machine could make one miss it. */
export const patientMs = 5000;

/** Whoever acts in these tests, in person. */
export const actor = (subject: string): Actor => ({ subject, address: '192.0.2.7' });

/** A request with a credential: a token as `Bearer`, or a name with a password or token as `Basic`. */
export const asks = (secret: string, scheme: 'Bearer' | 'Basic' = 'Bearer', name = 'ada'): RequestInput => ({
  method: 'GET',
  target: '/api/notes',
  headers: [['Authorization', `${scheme} ${scheme === 'Basic' ? btoa(`${name}:${secret}`) : secret}`]],
  peer: '192.0.2.7',
});

/** Passwords for nobody: what was taken for a password may not pass either. */
export const closedSettings: Settings = {
  ...defaultSettings(hosts.generic),
  passwords: { mode: 'refused', pathGuard: true, remoteApi: 'refused' },
};

/** An engine over ports, in whose directory everybody is. */
export function engineOver(ports: Ports, options: Partial<LatchkeyOptions> = {}): Latchkey {
  return createLatchkey({
    host: hosts.generic,
    tokens: ports.tokens,
    settings: ports.settings,
    audit: ports.audit,
    directory: {
      find: async (id) => ({ id, active: true, administrator: id === 'root', groups: [] }),
    },
    clock: Date.now,
    random: (bytes) => new Uint8Array(randomBytes(bytes)),
    maximumLive: 1_000_000,
    ...options,
  });
}

/** What was decided, in few words. */
export const wordsOf = (decision: Decision): string =>
  `${decision.effect} ${decision.effect === 'deny' ? decision.status : decision.row}`;

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** How long a slow machine may take to answer by something else than an outage, in milliseconds. */
const patienceMs = 10_000;

/** Waits until something is so; fails the test, or what prepares it, where that does not come. */
export async function until(isSo: () => Promise<boolean>, what: string, longestMs = 20_000): Promise<void> {
  const end = Date.now() + longestMs;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`It did not come that ${what}.`);
    await sleep(25);
  }
}

/** Tries again while the answer is an outage; fails the test where that does not end. */
async function untilKnown<T>(attempt: () => Promise<T | 'outage'>): Promise<T> {
  const end = Date.now() + patienceMs;
  for (;;) {
    const answer = await attempt();
    if (answer !== 'outage') return answer;
    if (Date.now() > end) return expect.unreachable('The outage did not end.');
    await sleep(25);
  }
}

/** The first answer to a token that is no 503: `accepted`, or the reason of a refusal. */
export const answered = (engine: Latchkey, token: string): Promise<string> =>
  untilKnown(async () => {
    const { effect, reason } = await engine.authenticate(asks(token));
    if (reason === 'service-unavailable') return 'outage';
    return effect === 'allow' ? 'accepted' : reason;
  });

/** A token that was acknowledged as issued. */
export const issued = (engine: Latchkey, label = 'fault'): Promise<IssuedToken> =>
  untilKnown(async () => {
    const result = await engine.tokens.issue(actor('ada'), { label });
    if (result.ok) return result.value;
    return result.problem.code === 'unavailable' ? 'outage' : expect.unreachable(result.problem.code);
  });

/** A token whose revocation was acknowledged. */
export async function revoked(engine: Latchkey): Promise<IssuedToken> {
  const token = await issued(engine);
  return untilKnown(async () => {
    const result = await engine.tokens.revoke(actor('ada'), token.token.id);
    if (result.ok) return token;
    return result.problem.code === 'unavailable' ? 'outage' : expect.unreachable(result.problem.code);
  });
}

/** Calls `work` on every item, at most 32 at a time. */
export async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const lane = async (): Promise<void> => {
    for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: 32 }, lane));
}
