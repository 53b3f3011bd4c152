import type { RequestInput } from '@latchkey/core';
import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { type BindingOptions, latchkey } from '../src/index.ts';

/** What the engine is asked where Hono gets a `Request` and the developer's own bindings. */
async function asked(options: BindingOptions, env: object): Promise<RequestInput | undefined> {
  const seen: RequestInput[] = [];
  const authenticate = async (input: RequestInput): Promise<never> => {
    seen.push(input);
    throw new Error('decided elsewhere');
  };
  const app = new Hono();
  app.use(latchkey({ authenticate }, options));
  const { status } = await app.request('http://test/api/notes?x', { headers: { 'X-A': '1' } }, env);
  expect(status).toBe(503);
  return seen[0];
}

const plain = { method: 'GET', target: '/api/notes?x', headers: [['x-a', '1']] };

test('BI-2 the peer is what the developer’s function says, else nobody', async () => {
  expect(await asked({ peer: (c) => c.env.address }, { address: '192.0.2.7' })).toEqual({
    ...plain,
    peer: '192.0.2.7',
  });
  expect(await asked({}, {})).toEqual({ ...plain, peer: undefined });
});

test.each([{ incoming: 'a name' }, { incoming: { rawHeaders: 'none' } }, { incoming: null }])(
  'BI-2 a binding of the developer’s own is not taken for Node’s request: %j',
  async (env) => {
    expect(await asked({}, env)).toEqual({ ...plain, peer: undefined });
  },
);
