import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Proxy, startProxy } from '../../../../tools/services/proxy.mjs';
import { type OpenStore, openStore } from '../../src/serve/store.ts';
import { expectWhole, load, unlikeAnswers } from './load.ts';
import { type Pair, pairedEngines } from './pair.ts';
import { actor, answered, asks, engineOver, issued, patientMs, revoked, sleep, wordsOf } from './stage.ts';

const portOf = (url: string): number => Number(new URL(url).port);

describe.each(pairedEngines)('a primary of $name with a replica that confirms', ({ start }) => {
  let pair: Pair;
  let proxy: Proxy;
  let store: OpenStore;

  beforeAll(async () => {
    pair = await start();
    proxy = await startProxy({ port: portOf(pair.primaryUrl) });
    store = await openStore(Object.assign(new URL(pair.primaryUrl), { port: proxy.port }).href);
    await pair.confirm();
  }, 60_000);

  afterAll(async () => {
    await Promise.race([store.close(), sleep(2000)]);
    await proxy.stop();
    await pair.stop();
  }, 60_000);

  it('ST-5 acknowledges nothing while the replica is frozen, and look-ups go on', async () => {
    const engine = engineOver(store, { deadlines: { lookUpMs: patientMs, manageMs: 1500 } });
    const [live, gone] = [await issued(engine), await revoked(engine)];
    pair.replica.pause();
    try {
      const results = await Promise.all([
        engine.tokens.issue(actor('ada'), { label: 'unconfirmed' }),
        // Longer than the statement's own limit, which must not turn the wait into an acknowledgement.
        store.tokens.touch([{ id: live.token.id, at: Date.now() }]).then(
          () => 'acknowledged',
          () => 'failed',
        ),
      ]);
      expect(results).toMatchObject([{ ok: false, problem: { code: 'unavailable' } }, 'failed']);
      expect(wordsOf(await engine.authenticate(asks(live.text)))).toBe('allow accepted');
      expect((await engine.authenticate(asks(gone.text))).reason).toBe('token-revoked');
    } finally {
      pair.replica.resume();
    }
    expect(await answered(engine, (await issued(engine)).text)).toBe('accepted');
    await engine.close();
  });

  it('ST-5 killed under load: the replica takes over, nothing acknowledged is lost, and the same engine goes on', async () => {
    const engine = engineOver(store);
    const [live, gone] = [await issued(engine), await revoked(engine)];
    // What was not confirmed is still on its way when the primary dies, and is lost with it.
    pair.link.fault({ delayMs: 100 });
    const running = load(engine);
    await expect.poll(running.revoked, { timeout: 20_000 }).toBeGreaterThan(32);
    await pair.primary.kill();
    await sleep(200);
    expect(wordsOf(await engine.authenticate(asks(live.text)))).toBe('deny 503');
    const before = running.known.length;
    await pair.promote();
    proxy.pointAt(portOf(pair.replicaUrl));
    proxy.reset();
    await expect.poll(() => running.known.length, { timeout: 20_000 }).toBeGreaterThan(before + 32);
    await running.stop();
    expect(running.wrong).toEqual([]);
    expect(running.outages()).toBeGreaterThan(0);

    const fresh = await openStore(pair.replicaUrl);
    const others = engineOver(fresh);
    expect(await unlikeAnswers(running.known, [engine, others])).toEqual([]);
    await expectWhole(fresh);
    for (const each of [engine, others]) {
      expect(await answered(each, live.text)).toBe('accepted');
      expect(await answered(each, gone.text)).toBe('token-revoked');
    }
    expect(await answered(others, (await issued(engine)).text)).toBe('accepted');
    await engine.close();
    await others.close();
    await fresh.close();
  });
});
