import { expect, inject, it } from 'vitest';
import { ask } from '../../../tools/services/resp.mjs';
import { redisStore } from '../src/index.ts';
import { connectNodeRedis, newPrefix } from './clients.ts';
import { idOf, recordOf } from './sample.ts';

const day = 86_400_000;

it('TK-4 a token weighs at most 350 bytes, its index entries aside', async () => {
  const { client, close } = await connectNodeRedis(inject('redisUrl'));
  const prefix = newPrefix();
  const { tokens } = redisStore({ client, prefix });
  const at = Date.UTC(2026, 0, 1);
  const subject = 'firstname.lastname@example.org';
  await tokens.insert(
    recordOf(1, {
      label: 'Deployment of the billing service',
      keyVersion: '2026-01',
      subject,
      issuedBy: 'administrator@example.org',
      createdAt: at,
      expiresAt: at + 180 * day,
      lastUsedAt: at + day,
      revokedAt: at + 2 * day,
      revokedBy: subject,
      replaces: idOf(2),
    }),
    null,
    null,
  );
  const { port } = new URL(inject('redisUrl'));
  const weight = Number(await ask(Number(port), ['MEMORY', 'USAGE', `${prefix}:{0}:t:${idOf(1)}`]));
  expect(weight).toBeGreaterThan(100);
  expect(weight).toBeLessThanOrEqual(350);
  await close();
});
