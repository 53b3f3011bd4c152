import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { type OpenStore, openStore } from '../../src/serve/store.ts';
import { type Damage, engines } from './engine.ts';
import { actor, asks, engineOver, issued, wordsOf } from './stage.ts';

const opened: OpenStore[] = [];
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});

const damages: readonly Damage[] = ['half a digest', 'an unknown scope', 'an unknown key version'];

describe.each(engines)('a record in $name', (engine) => {
  it.each(damages)(
    'ST-5 TK-2 with %s, written behind the store: 503, the observer is told, and no other token is touched',
    async (damage) => {
      const url = await engine.place();
      const store = await openStore(url);
      opened.push(store);
      const told: string[] = [];
      const guarded = engineOver(store, {
        deadlines: { lookUpMs: 2000 },
        observer: { portFailed: (port) => void told.push(port) },
        peppers: { current: 'k1', keys: { k1: new Uint8Array(randomBytes(32)) } },
      });
      const [spoilt, whole] = [await issued(guarded, 'spoilt'), await issued(guarded)];
      for (const { text } of [spoilt, whole])
        expect(wordsOf(await guarded.authenticate(asks(text)))).toBe('allow accepted');
      expect(told).toEqual([]);

      await engine.damage(url, spoilt.token, damage);
      for (const scheme of ['Bearer', 'Basic'] as const) {
        const decision = await guarded.authenticate(asks(spoilt.text, scheme));
        expect(wordsOf(decision)).toBe('deny 503');
        expect(JSON.stringify(decision)).not.toContain(spoilt.text.slice(20));
      }
      expect(told).toEqual(['tokens', 'tokens']);
      expect(wordsOf(await guarded.authenticate(asks(whole.text)))).toBe('allow accepted');
      expect(await guarded.tokens.revoke(actor('ada'), whole.token.id)).toMatchObject({ ok: true });
      expect((await guarded.authenticate(asks(whole.text))).reason).toBe('token-revoked');
      await guarded.close();
    },
  );
});
