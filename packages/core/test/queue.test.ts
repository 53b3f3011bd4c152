import { describe, expect, it } from 'vitest';
import { hosts } from '../src/index.ts';
import { decisionQueue, eventOf } from '../src/queue.ts';
import { basic, bearer, decideIn, now, request, settingsOf, token } from './world.ts';

const live = token();
const settings = settingsOf(hosts.jira, {});
const decided = (...headers: (readonly [string, string])[]) =>
  decideIn(settings, [live.record], request({ headers }));
const allowed = decided(bearer(live.text));
const deferred = decided(basic('ada', 'pw'));
const refused = decided(['Authorization', 'Basic']);

describe('decisions that are written down', () => {
  it('TK-7 an event says who, from where and which row', () => {
    expect(eventOf(allowed, 5)).toEqual({
      kind: 'request-accepted',
      at: 5,
      actor: 'ada',
      actorTokenId: live.record.id,
      address: '10.0.0.7',
      row: 'accepted',
      reason: 'token-accepted',
    });
    expect(eventOf(deferred, now)).toMatchObject({
      kind: 'request-deferred',
      actor: null,
      actorTokenId: null,
    });
    expect(eventOf(refused, now)).toMatchObject({ kind: 'request-refused', actor: null, address: null });
    const unresolved = { kind: 'unresolved', why: 'peer-unknown', trail: [], anomalies: [] } as const;
    expect(eventOf({ ...allowed, client: unresolved }, now).address).toBeNull();
  });

  it('TK-7 only the kinds that are asked for are wanted', () => {
    const queue = decisionQueue(['request-refused', 'request-deferred'], 9);
    expect([allowed, deferred, refused].map((decision) => queue.wants(decision))).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('TK-7 events keep their order, a full queue says so, and what is put back comes first', () => {
    const queue = decisionQueue([], 3);
    const [first, second, third, fourth] = [1, 2, 3, 4].map((at) => eventOf(allowed, at)) as never[];
    expect([first, second, third, fourth].map((event) => queue.put(event as never))).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(queue.size).toBe(3);
    expect(queue.take(2)).toEqual([first, second]);
    expect(queue.size).toBe(1);
    queue.putBack([first as never, second as never]);
    expect(queue.take(9)).toEqual([first, second, third]);
    expect(queue.size).toBe(0);
    expect(queue.take(9)).toEqual([]);
  });
});
