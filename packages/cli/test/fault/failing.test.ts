import type { Decision, IssuedToken, LatchkeyOptions, Result } from '@latchkey/core';
import { memoryStore } from '@latchkey/store-memory';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actor, asks, closedSettings, engineOver, type Ports, wordsOf } from './stage.ts';

const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);
beforeAll(() => void process.on('unhandledRejection', note));
afterAll(() => void process.off('unhandledRejection', note));

/** Where a call fails: before it has done anything, or behind it, with the answer lost. */
type Moment = 'before' | 'behind';

/** Ports of which every k-th call fails, counted over all of them, while `on`. */
function failing(ports: Ports, k: number, moment: Moment) {
  const state = { on: false, calls: 0, failed: 0 };
  const wrap = <T extends object>(port: T): T =>
    new Proxy(port, {
      get(target, name, receiver) {
        const member: unknown = Reflect.get(target, name, receiver);
        if (typeof member !== 'function') return member;
        return async (...args: unknown[]) => {
          const fails = state.on && ++state.calls % k === 0;
          if (fails) state.failed++;
          if (fails && moment === 'before') throw new Error('failed before');
          const answer: unknown = await Reflect.apply(member, target, args);
          if (fails) throw new Error('failed behind');
          return answer;
        };
      },
    });
  return {
    state,
    ports: { tokens: wrap(ports.tokens), settings: wrap(ports.settings), audit: wrap(ports.audit) },
  };
}

/** What is known of a token by what was acknowledged; `in doubt` where an answer is missing. */
type Standing = 'live' | 'ended' | 'in doubt';

const day = 86_400_000;

/** Issues, rotates, revokes, lists and lets expire, over and over, and judges each answer by what was acknowledged. */
function story(ports: Ports, start: number, auditDecisions: LatchkeyOptions['auditDecisions'] = []) {
  const clock = { at: start };
  const engine = engineOver(ports, { clock: () => clock.at, auditDecisions });
  const standings = new Map<string, { text: string; standing: Standing; expiresAt: number | null }>();
  const wrong: string[] = [];
  const ada = actor('ada');
  const oops = (what: string): void => void wrong.push(what);

  const keep = ({ text, token }: Pick<IssuedToken, 'text' | 'token'>): string => {
    standings.set(token.id, { text, standing: 'live', expiresAt: token.expiresAt });
    return token.id;
  };
  /** A refusal is an outage, or comes of an earlier answer that was lost. */
  const acknowledged = <T>(result: Result<T, { code: string }>, standing: Standing = 'live'): T | null => {
    if (result.ok) return result.value;
    const codes = standing === 'live' ? ['unavailable'] : ['unavailable', 'token-ended', 'token-unknown'];
    if (!codes.includes(result.problem.code)) oops(`${standing}: ${result.problem.code}`);
    return null;
  };
  const judge = (id: string, decision: Decision): void => {
    const known = standings.get(id);
    if (known === undefined || decision.row === 'unavailable') return;
    const hasEnded = known.expiresAt !== null && known.expiresAt <= clock.at;
    const words = wordsOf(decision);
    if (decision.effect === 'defer') oops(`${known.standing}: ${words}`);
    if (decision.effect === 'allow' && (known.standing === 'ended' || hasEnded)) oops(`ended: ${words}`);
    if (decision.effect === 'deny' && known.standing === 'live' && !hasEnded)
      oops(`live: ${decision.reason}`);
  };
  const authenticate = async (id: string): Promise<void> => {
    const text = standings.get(id)?.text ?? '';
    for (const scheme of ['Bearer', 'Basic'] as const)
      judge(id, await engine.authenticate(asks(text, scheme)));
  };
  const put = (id: string, standing: Standing): void => {
    const known = standings.get(id);
    if (known !== undefined) known.standing = standing;
  };

  let strides = 0;
  /** A changing number of calls, so that what fails is not the same step in every round. */
  async function stride(): Promise<void> {
    const [some] = standings.keys();
    strides++;
    for (let count = (strides * (strides + 3)) % 11; count > 0 && some !== undefined; count--)
      judge(some, await engine.authenticate(asks(standings.get(some)?.text ?? '')));
  }

  async function round(): Promise<void> {
    clock.at += 1000;
    await stride();
    const one = acknowledged(await engine.tokens.issue(ada, { label: 'one' }));
    const brief = acknowledged(
      await engine.tokens.issue(ada, { label: 'brief', expiry: { validity: 'P1M' } }),
    );
    if (brief !== null) await authenticate(keep(brief));
    const list = await engine.tokens.list(ada, { limit: 5 });
    acknowledged(list);
    if (one !== null) {
      const id = keep(one);
      await authenticate(id);
      await stride();
      const rotated = acknowledged(await engine.tokens.rotate(ada, id));
      put(id, rotated === null ? 'in doubt' : 'ended');
      await authenticate(id);
      const next = rotated === null ? id : keep(rotated);
      await authenticate(next);
      const before = standings.get(next)?.standing;
      const revoked = acknowledged(await engine.tokens.revoke(ada, next), before);
      put(next, revoked === null ? 'in doubt' : 'ended');
      await authenticate(next);
    }
    const password = await engine.authenticate(asks('a password', 'Basic'));
    if (password.effect !== 'deny') oops(`password: ${wordsOf(password)}`);
    clock.at += 31 * day;
    if (brief !== null) await authenticate(brief.token.id);
  }
  return { engine, clock, standings, wrong, round, authenticate };
}

describe.each(['before', 'behind'] as const)(
  'a store of which every k-th call fails %s it was done',
  (moment) => {
    it.each([1, 2, 3, 4, 5, 6, 7])(
      'ST-5 k = %d: no ended token accepted, none deferred, and what was acknowledged stands',
      async (k) => {
        const store = memoryStore();
        expect(await store.settings.save(closedSettings, 0)).toBe('saved');
        const { state, ports } = failing(store, k, moment);
        const { engine, wrong, standings, clock, round, authenticate } = story(ports, Date.UTC(2026, 0, 1), [
          'request-accepted',
          'request-refused',
        ]);
        state.on = true;
        for (let count = 0; count < 42; count++) await round();
        expect(wrong).toEqual([]);
        expect(state.failed).toBeGreaterThan(0);
        const having = (sought: Standing) =>
          [...standings.values()].filter(({ standing }) => standing === sought).length;

        // Issuing takes two calls in a row, rotating and revoking three: with fewer between failures none succeeds.
        if (k > 2) expect(having('in doubt')).toBeGreaterThan(0);
        if (k > 3) expect(having('ended')).toBeGreaterThan(0);

        // The same engine goes on as soon as the store does: all rounds' tokens, and one more round without failures.
        state.on = false;
        for (const id of standings.keys()) await authenticate(id);
        for (const [id, { text, standing, expiresAt }] of standings) {
          const { effect, row } = await engine.authenticate(asks(text));
          const right = standing === 'ended' || (expiresAt ?? clock.at + 1) <= clock.at ? 'deny' : 'allow';
          if (standing !== 'in doubt') expect({ id, effect }).toEqual({ id, effect: right });
          expect(row).not.toBe('unavailable');
          const { record } = await store.tokens.find(id);
          expect(record).not.toBeNull();
        }
        const known = standings.size;
        await round();
        expect(standings.size).toBe(known + 3);
        expect(wrong).toEqual([]);
        await engine.close();
        await new Promise((resolve) => setImmediate(resolve));
        expect(unhandled).toEqual([]);
      },
    );
  },
);
