import { defaultSettings, hosts, type Observer, type TokenStore } from '@latchkey/core';
import { memoryStore } from '@latchkey/store-memory';
import { describe, expect, it } from 'vitest';
import { desk, start } from './desk.ts';

/** Everything that a text of a token must not be found in, and the secrets to look for. */
function canary() {
  const said: unknown[] = [];
  const secrets: string[] = [];
  return {
    said,
    /** Keeps an answer, and takes the one text that it may hold out of it. */
    hear<T>(answer: T): T {
      const result = answer as { ok?: boolean; value?: { text?: string } };
      if (result?.ok === true && typeof result.value?.text === 'string') {
        secrets.push(result.value.text.slice(20, 63), result.value.text.slice(63));
        said.push({ ...result, value: { ...result.value, text: undefined } });
      } else said.push(answer);
      return answer;
    },
    secrets,
  };
}

/** All text within a value: also of errors, whose message and stack JSON leaves out. */
const everything = (values: readonly unknown[]): string =>
  values
    .map((value) =>
      value instanceof Error
        ? `${value.message}\n${value.stack}\n${JSON.stringify(value)}`
        : JSON.stringify(value),
    )
    .join('\n');

describe('canary', () => {
  it('no_secret_in_any_output: no value, refusal, error, event, listing, record or explanation holds one', async () => {
    const { said, hear, secrets } = canary();
    const store = memoryStore();
    let down = false;
    const failing =
      (name: keyof TokenStore) =>
      (...args: never[]) => {
        // As drivers do: the error carries what was sent.
        if (down) throw Object.assign(new Error(`failed: ${JSON.stringify(args)}`), { command: { args } });
        return (store.tokens[name] as (...rest: never[]) => unknown)(...args);
      };
    const tokens = Object.fromEntries(
      Object.keys(store.tokens).map((name) => [
        name,
        name === 'capabilities' ? store.tokens.capabilities : failing(name as keyof TokenStore),
      ]),
    ) as unknown as TokenStore;
    const observer: Observer = {
      portFailed: (...told) => void said.push(told),
      eventsLost: (...told) => void said.push(told),
    };
    const { engine, session, request, clock } = desk(undefined, {
      settings: defaultSettings(hosts.generic),
      tokens,
      audit: store.audit,
      auditDecisions: ['request-accepted', 'request-refused', 'request-deferred'],
      observer,
    });
    const password = 'correct-horse-battery-staple';
    secrets.push(password);
    const basic = (secret: string): [string, string] => ['Authorization', `Basic ${btoa(`ada:${secret}`)}`];
    const texts: string[] = [];
    for (const user of ['ada', 'bob', 'ada']) {
      const issued = hear(
        await engine.tokens.issue(session(user), { label: user, expiry: { validity: 'P6M' } }),
      );
      if (issued.ok) texts.push(issued.value.text);
    }
    const [first = '', second = ''] = texts;
    const id = first.slice(3, 19);
    const wholeLife = async (): Promise<void> => {
      hear(
        await engine.tokens.issue({ subject: 'ada', tokenId: id }, { label: 'child', scope: 'read-only' }),
      );
      hear(await engine.tokens.issue(session('ada'), { label: first, expiry: { at: first } }));
      hear(await engine.tokens.issue(session('ada'), { label: 'x', scope: first as never }));
      hear(await engine.tokens.issue(session('issuer'), { label: 'x', subject: first }));
      hear(await engine.tokens.rotate(session('ada'), id, { graceMs: 1000 }));
      hear(await engine.tokens.relabel(session('ada'), id, 'new'));
      hear(await engine.tokens.show(session('ada'), id));
      hear(await engine.tokens.show(session('ada'), first));
      hear(await engine.tokens.list(session('root')));
      hear(await engine.tokens.list(session('root'), { cursor: first }));
      hear(await engine.audit.list(session('root'), { cursor: first }));
      hear(await engine.verify(first));
      for (const headers of [
        [basic(second)],
        [basic(password)],
        [basic(`${second.slice(0, -1)}x`)],
        [['Authorization', first]],
        [['Authorization', `Bearer ${first} ${second}`]],
        [['Authorization', `Token ${first}`]],
        [basic(first), basic(first)],
      ] as [string, string][][]) {
        hear(await engine.authenticate({ ...request(first), headers }));
        hear(await engine.explain({ ...request(first), headers }));
        hear(
          await engine.explain({ ...request(first, 'GET', `/api/x/..;/${first}?token=${first}`), headers }),
        );
      }
      hear(await engine.authenticate(request(first)));
    };
    await wholeLife();
    down = true;
    await wholeLife();
    down = false;
    hear(await engine.tokens.revoke(session('root'), id));
    hear(await engine.tokens.revokeAll(session('root'), 'bob'));
    clock.set(start + 400 * 86_400_000);
    hear(await engine.tokens.purge(session('root'), { retentionMs: 0 }));
    await engine.close();
    said.push(
      await store.tokens.list({ after: null, limit: 1000 }),
      await store.audit.list({ after: null, limit: 1000 }),
    );
    for (const misuse of [
      () => desk(undefined, { prefix: first }),
      () => engine.authenticate(request(first)),
    ])
      try {
        await misuse();
        throw new Error('misuse was not refused');
      } catch (error) {
        said.push(error);
      }

    const text = everything(said);
    expect(secrets.length).toBeGreaterThan(8);
    expect(said.length).toBeGreaterThan(60);
    for (const secret of secrets.filter(({ length }) => length > 6)) expect(text).not.toContain(secret);
  });
});
