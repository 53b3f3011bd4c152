import type { Latchkey } from '@latchkey/core';
import { memoryStore } from '@latchkey/store-memory';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fault, type Proxy, startProxy } from '../../../../tools/services/proxy.mjs';
import type { Server } from '../../../../tools/services/server.mjs';
import { type OpenStore, openStore } from '../../src/serve/store.ts';
import { servedEngines } from './engine.ts';
import { answered, asks, engineOver, issued, lookUpMs, revoked, sleep, wordsOf } from './stage.ts';

/** What a token and a password candidate are answered while the store is out, and how long each round took. */
async function expectOutage(engine: Latchkey, token: string): Promise<void> {
  const took: number[] = [];
  for (let round = 0; round < 3; round++) {
    const begun = performance.now();
    const decisions = await Promise.all(
      Array.from({ length: 16 }, (_, n) =>
        engine.authenticate(asks(token, n % 2 === 0 ? 'Bearer' : 'Basic')),
      ),
    );
    took.push(performance.now() - begun);
    expect(new Set(decisions.map(wordsOf))).toEqual(new Set(['deny 503']));
    expect(new Set(decisions.map(({ row }) => row))).toEqual(new Set(['unavailable']));
  }
  // A busy machine may hold one round up, not every one; none may take as long as the drivers would.
  expect(Math.min(...took)).toBeLessThan(2 * lookUpMs);
  expect(Math.max(...took)).toBeLessThan(3000);
  expect(wordsOf(await engine.authenticate(asks('a password', 'Basic')))).toBe('defer unknown-open');
}

describe.each(servedEngines)('an engine on $name', ({ start }) => {
  let server: Server;
  let proxy: Proxy;
  let direct: OpenStore;
  let proxied: OpenStore;

  beforeAll(async () => {
    server = await start();
    proxy = await startProxy({ port: Number(new URL(server.url).port) });
    direct = await openStore(server.url);
    proxied = await openStore(Object.assign(new URL(server.url), { port: proxy.port }).href);
  }, 60_000);

  afterAll(async () => {
    server.resume();
    proxy.fault({});
    // A client that waits for an answer that was swallowed would wait while it is closed, too.
    await Promise.race([Promise.allSettled([direct.close(), proxied.close()]), sleep(2000)]);
    await proxy.stop();
    await server.stop();
  }, 60_000);

  it('ST-5 paused: 503 within the deadline, passwords defer, and the token and its neighbour are there after', async () => {
    const engine = engineOver(direct);
    const [live, gone] = [await issued(engine), await revoked(engine)];
    expect(await answered(engine, live.text)).toBe('accepted');
    server.pause();
    try {
      await expectOutage(engine, live.text);
      expect(wordsOf(await engine.authenticate(asks(gone.text)))).toBe('deny 503');
    } finally {
      server.resume();
    }
    expect(await answered(engine, live.text)).toBe('accepted');
    expect(await answered(engine, gone.text)).toBe('token-revoked');
    expect(await answered(engine, (await issued(engine)).text)).toBe('accepted');
    await engine.close();
  });

  const faults: [string, Fault][] = [
    ['delays beyond the deadline', { delayMs: 3 * lookUpMs }],
    ['cuts every reply in the middle', { cutAfter: 20 }],
    ['swallows every reply', { drop: true }],
    ['refuses every connection', { refuse: true }],
  ];
  it.each(faults)(
    'ST-5 a network that %s: the same, and nothing that was acknowledged is gone',
    async (_, fault) => {
      const engine = engineOver(proxied);
      const [live, gone] = [await issued(engine), await revoked(engine)];
      expect(await answered(engine, live.text)).toBe('accepted');
      proxy.fault(fault);
      await expectOutage(engine, live.text);
      // As a broken network ends: the bytes on their way are lost, and so is every connection.
      proxy.fault({});
      proxy.reset();
      expect(await answered(engine, live.text)).toBe('accepted');
      expect(await answered(engine, gone.text)).toBe('token-revoked');
      expect(await answered(engine, (await issued(engine)).text)).toBe('accepted');
      await engine.close();
    },
  );

  it('DE-6 paused under the limiter alone: tokens are accepted, password candidates get 429 for a short while', async () => {
    const engine = engineOver(memoryStore(), { attempts: direct.attempts });
    const { text } = await issued(engine);
    const candidate = async () => wordsOf(await engine.authenticate(asks('a password', 'Basic')));
    await expect.poll(candidate, { timeout: 10_000 }).toBe('defer unknown-open');
    server.pause();
    try {
      for (const scheme of ['Bearer', 'Basic'] as const)
        expect(wordsOf(await engine.authenticate(asks(text, scheme)))).toBe('allow accepted');
      const refusal = await engine.authenticate(asks('a password', 'Basic'));
      expect(wordsOf(refusal)).toBe('deny 429');
      const headers = refusal.effect === 'deny' ? refusal.answer.headers : [];
      const wait = headers.find(([name]) => name.toLowerCase() === 'retry-after')?.[1];
      expect(Number(wait)).toBeGreaterThan(0);
      expect(Number(wait)).toBeLessThanOrEqual(60);
      await engine.reportPasswordOutcome(asks('a password', 'Basic'), 'failed');
    } finally {
      server.resume();
    }
    await expect.poll(candidate, { timeout: 10_000 }).toBe('defer unknown-open');
    await engine.close();
  });
});
