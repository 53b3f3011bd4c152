import { afterEach, describe, expect, test, vi } from 'vitest';
import type { SessionOf } from '../src/index.ts';
import { stage } from './stage.ts';

afterEach(() => void vi.useRealTimers());

/** What a host in plain JavaScript may answer, whatever the type says. */
const answering = (answer: unknown): SessionOf => (() => answer) as SessionOf;

describe('MA-1 a session function that', () => {
  test('never answers ends in 503 after 15 s, and what it answers later is dropped', async () => {
    let answer = (_: { subject: string }): void => undefined;
    const late = new Promise<{ subject: string }>((resolve) => {
      answer = resolve;
    });
    const { call } = await stage({ api: { session: () => late } });
    vi.useFakeTimers();
    const replied = call('showMe', {});
    await vi.advanceTimersByTimeAsync(15_000);
    expect(await replied).toMatchObject({ status: 503, body: { reason: 'session-unavailable' } });
    answer({ subject: 'root' });
    vi.useRealTimers();
    expect((await call('showMe', {})).status).toBe(200);
  });

  test.each<[unknown]>([
    [true],
    [false],
    [1],
    [''],
    ['root'],
    [{}],
    [{ subject: undefined }],
    [{ subject: '' }],
    [{ subject: 1 }],
    [{ subject: ['root'] }],
    [{ subject: { id: 'root' } }],
    [{ subject: 'root', limits: null }],
    [{ subject: 'root', limits: true }],
    [{ subject: 'root', limits: {} }],
    [{ subject: 'root', limits: { scope: 'everything', notAfter: null } }],
    [{ subject: 'root', limits: { scope: 'read-only', notAfter: 'never' } }],
    [{ subject: 'root', limits: { scope: 'read-only', notAfter: Number.NaN } }],
  ])('answers %j lets nobody in', async (answer) => {
    const { call, store } = await stage({ api: { session: answering(answer) } });
    for (const [id, options] of [
      ['showMe', {}],
      ['issueToken', { body: { label: 'x' } }],
    ] as const)
      expect(await call(id, options)).toMatchObject({ status: 503, body: { reason: 'session-unavailable' } });
    expect(await store.audit.list({ after: null, limit: 1 })).toEqual([]);
  });

  test('answers nothing at all knows nobody', async () => {
    for (const answer of [null, undefined])
      expect((await (await stage({ api: { session: answering(answer) } })).call('showMe', {})).status).toBe(
        401,
      );
  });
});
