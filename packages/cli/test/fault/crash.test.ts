import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Server } from '../../../../tools/services/server.mjs';
import { type OpenStore, openStore } from '../../src/serve/store.ts';
import { servedEngines } from './engine.ts';
import { actor, answered, asks, eachOf, engineOver, issued, sleep, wordsOf } from './stage.ts';

/** What a lane knows of one token: what was acknowledged, or that an answer is missing. */
interface Known {
  readonly id: string;
  readonly text: string;
  readonly subject: string;
  revocation: 'none' | 'acknowledged' | 'in doubt';
}

/** Issues, uses and revokes tokens in 32 lanes until told to stop; every answer is judged as it comes. */
function load(engine: ReturnType<typeof engineOver>) {
  const known: Known[] = [];
  const wrong: string[] = [];
  let outages = 0;
  let isOver = false;
  const outage = async (): Promise<void> => {
    outages++;
    await sleep(20);
  };
  /** Only 503 or the right answer. */
  const judge = async (token: Known, right: readonly string[]): Promise<void> => {
    const scheme = known.length % 2 === 0 ? 'Bearer' : 'Basic';
    const decision = await engine.authenticate(asks(token.text, scheme, token.subject));
    const words = decision.effect === 'deny' ? decision.reason : wordsOf(decision);
    if (words === 'service-unavailable') await outage();
    else if (!right.includes(words)) wrong.push(`${token.revocation}: ${words}`);
  };
  const lane = async (number: number): Promise<void> => {
    const subject = `user ${number}`;
    const by = actor(subject);
    for (let round = 0; !isOver; round++) {
      const result = await engine.tokens.issue(by, { label: 'load' });
      if (!result.ok) {
        if (result.problem.code !== 'unavailable') wrong.push(`issue: ${result.problem.code}`);
        await outage();
        continue;
      }
      const { token: view, text } = result.value;
      const token: Known = { id: view.id, text, subject, revocation: 'none' };
      known.push(token);
      await judge(token, ['allow accepted']);
      if (round % 2 === 0) continue;
      const revoked = await engine.tokens.revoke(by, token.id);
      if (revoked.ok) token.revocation = 'acknowledged';
      else {
        token.revocation = 'in doubt';
        if (revoked.problem.code !== 'unavailable') wrong.push(`revoke: ${revoked.problem.code}`);
        await outage();
      }
      await judge(
        token,
        token.revocation === 'acknowledged' ? ['token-revoked'] : ['token-revoked', 'allow accepted'],
      );
    }
  };
  const lanes = Array.from({ length: 32 }, (_, number) => lane(number));
  return {
    known,
    wrong,
    outages: () => outages,
    async stop() {
      isOver = true;
      await Promise.all(lanes);
    },
  };
}

describe.each(servedEngines)('an engine on $name', ({ start }) => {
  let server: Server;
  let store: OpenStore;

  beforeAll(async () => {
    server = await start();
    store = await openStore(server.url);
  }, 60_000);

  afterAll(async () => {
    await Promise.race([store.close(), sleep(2000)]);
    await server.stop();
  }, 60_000);

  it('ST-5 killed and restarted under load: no acknowledged issue or revocation is lost, no revoked token accepted', async () => {
    const engine = engineOver(store);
    const running = load(engine);
    const acknowledged = () => running.known.filter(({ revocation }) => revocation === 'acknowledged').length;
    await expect.poll(acknowledged, { timeout: 15_000 }).toBeGreaterThan(32);
    await server.kill();
    const before = running.known.length;
    await sleep(200);
    await server.restart();
    await expect.poll(() => running.known.length, { timeout: 15_000 }).toBeGreaterThan(before + 32);
    await running.stop();
    expect(running.wrong).toEqual([]);
    expect(running.outages()).toBeGreaterThan(0);

    // After: by the same engine, and by one that has seen nothing of it.
    const fresh = await openStore(server.url);
    const others = engineOver(fresh);
    const unlike: string[] = [];
    await eachOf(running.known, async ({ text, id, revocation }) => {
      const [one, other] = await Promise.all([answered(engine, text), answered(others, text)]);
      const right = revocation === 'none' ? 'accepted' : 'token-revoked';
      if (
        one !== other ||
        (revocation === 'in doubt' ? !/^(accepted|token-revoked)$/.test(one) : one !== right)
      )
        unlike.push(`${id} ${revocation}: ${one}, ${other}`);
    });
    expect(unlike).toEqual([]);
    await engine.close();
    await others.close();
    await fresh.close();
  });

  it('ST-5 killed at rest: while it is gone only 503, and after its restart the same engine accepts', async () => {
    const engine = engineOver(store);
    const { text } = await issued(engine);
    await server.kill();
    for (let count = 0; count < 5; count++)
      expect(wordsOf(await engine.authenticate(asks(text)))).toBe('deny 503');
    expect(wordsOf(await engine.authenticate(asks('a password', 'Basic')))).toBe('defer unknown-open');
    await server.restart();
    expect(await answered(engine, text)).toBe('accepted');
    await engine.close();
  });
});
