import { defaultSettings, hosts } from '@latchkey/core';
import { expect, test } from 'vitest';
import { startServer } from '../../src/serve/server.ts';
import { starterTokens, starterUsers } from '../../src/serve/starter.ts';
import { memoryPlace } from '../../src/serve/store.ts';

test('DE-6 five wrong passwords lock further ones with 429, the right one too, and never a live token', async () => {
  const made = await starterUsers(hosts.generic);
  const users = made.map(({ user }) => user);
  const settings = defaultSettings(hosts.generic);
  const server = await startServer({
    host: hosts.generic,
    store: memoryPlace(),
    users,
    listen: '127.0.0.1',
    port: 0,
    logAccess: null,
    logFailure: () => undefined,
  });
  try {
    const tokens = await starterTokens(users, settings, server.tokens);
    const password = made.find(({ user }) => user.name === 'ada')?.password ?? '';
    const ask = async (name: string, secret: string) => {
      const authorization = `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`;
      const response = await fetch(`${server.url}/api/notes`, { headers: { authorization } });
      return [response.status, response.headers.has('retry-after')];
    };
    for (let wrong = 0; wrong < 4; wrong++) expect(await ask('ada', 'wrong')).toEqual([401, false]);
    expect(await ask('ada', password)).toEqual([200, false]);
    for (let wrong = 0; wrong < 5; wrong++) expect(await ask('ada', 'wrong')).toEqual([401, false]);
    expect(await ask('ada', 'wrong')).toEqual([429, true]);
    expect(await ask('ada', password)).toEqual([429, true]);
    expect(await ask('ada', tokens.readOnly)).toEqual([200, false]);
    expect(await ask('admin', 'wrong')).toEqual([401, false]);
  } finally {
    await server.close();
  }
});
