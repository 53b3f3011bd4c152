import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Server } from '../../../../tools/services/server.mjs';
import { type OpenStore, openStore } from '../../src/serve/store.ts';
import { servedEngines } from './engine.ts';
import { expectWhole, load, unlikeAnswers } from './load.ts';
import { answered, asks, engineOver, issued, sleep, wordsOf } from './stage.ts';

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

  it('ST-5 killed and restarted under load: no acknowledged issue or revocation is lost, no revoked token accepted, none without its event', async () => {
    const engine = engineOver(store);
    const running = load(engine);
    await expect.poll(running.revoked, { timeout: 15_000 }).toBeGreaterThan(32);
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
    expect(await unlikeAnswers(running.known, [engine, others])).toEqual([]);
    await expectWhole(fresh);
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
