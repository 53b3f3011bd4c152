import { defaultSettings, hosts, type Settings, type ShadowDifference } from '@latchkey/core';
import { describe, expect, it } from 'vitest';
import { codeOf, desk, valueOf } from './desk.ts';

const plain = defaultSettings(hosts.generic);
const narrow: Settings = { ...plain, network: { ...plain.network, allow: ['198.51.100.0/24'] } };

describe('impact through the engine', () => {
  it('IM-1 is judged by the tokens in the store, the policy that stands and the request being made', async () => {
    const { engine, session, request, ready, store } = desk();
    await ready;
    const { text, token } = valueOf(await engine.tokens.issue(session('root'), { label: 'x' }));
    valueOf(await engine.tokens.issue(session('ada'), { label: 'x' }));
    const after: Settings = {
      ...narrow,
      permissions: { ...plain.permissions, use: { to: 'groups', groups: ['dev'] } },
    };
    const told = valueOf(await engine.settings.impact(session('root'), after, { request: request(text) }));
    const impact = valueOf(told);
    expect(impact.locksOutActor).toBe(true);
    expect(impact.addresses.becomeAllowed).toEqual([]);
    expect(impact.tokens.stop.map(({ id }) => id)).toEqual([token.id]);
    expect(impact.grants.use.lose).toContain('root');
    expect(JSON.stringify(impact)).not.toContain(text.slice(20));
    expect((await store.settings.load())?.revision).toBe(1);
  });

  it('IM-1 is for administrators, and answers every issue of a document that is none', async () => {
    const { engine, session, ready } = desk();
    await ready;
    expect(codeOf(await engine.settings.impact(session('ada'), narrow))).toBe('not-permitted');
    const told = valueOf(
      await engine.settings.impact(session('root'), { ...narrow, version: 2, extra: true }),
    );
    expect(told.ok ? [] : told.problem.map(({ code }) => code)).toEqual(['not-an-option', 'unknown-key']);
  });
});

describe('shadow through the engine', () => {
  it('IM-2 changes nothing and reports each pair of rows once', async () => {
    const differences: ShadowDifference[] = [];
    const report = (difference: ShadowDifference): void => void differences.push(difference);
    const { engine, session, request, ready } = desk(undefined, { shadow: { settings: narrow, report } });
    await ready;
    const { text, token } = valueOf(await engine.tokens.issue(session('ada'), { label: 'x' }));
    for (let count = 0; count < 5; count++) {
      expect((await engine.authenticate(request(text))).row).toBe('accepted');
      expect((await engine.authenticate({ ...request(text), peer: '198.51.100.1' })).row).toBe('accepted');
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(differences.map(({ live, shadow, tokenId }) => [live.row, shadow.row, tokenId])).toEqual([
      ['accepted', 'address-refused-closed', token.id],
    ]);
    expect(JSON.stringify(differences)).not.toContain(text.slice(20));
  });

  it('IM-2 a report that throws disturbs nobody, and a wider shadow asks what the live policy did not', async () => {
    let seen = 0;
    const report = (): void => {
      seen++;
      throw new Error('the log is full');
    };
    const { engine, session, request, ready, saveSettings } = desk(undefined, {
      shadow: { settings: plain, report },
    });
    await ready;
    const { text } = valueOf(await engine.tokens.issue(session('ada'), { label: 'x' }));
    await saveSettings(narrow);
    expect((await engine.authenticate(request(text))).row).toBe('address-refused-closed');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(seen).toBe(1);
  });
});
