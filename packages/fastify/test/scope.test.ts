import type { RequestInput } from '@latchkey/core';
import fastify from 'fastify';
import { expect, test } from 'vitest';
import { latchkey } from '../src/index.ts';

/** An engine that fails, and tells for which targets. */
function failing() {
  const targets: string[] = [];
  const authenticate = async ({ target }: RequestInput): Promise<never> => {
    targets.push(target);
    throw new Error('decided elsewhere');
  };
  return { targets, authenticate };
}

test('BI-2 the target is the one before rewriteUrl', async () => {
  const engine = failing();
  const app = fastify({ rewriteUrl: () => '/public' });
  await app.register(latchkey(engine));
  app.get('/public', async () => 'lost');
  const { statusCode } = await app.inject('/api/notes?x');
  expect([statusCode, engine.targets]).toEqual([503, ['/api/notes?x']]);
});

test('BI-1 the plugin acts where it is registered and below, and nowhere else', async () => {
  const engine = failing();
  const app = fastify();
  app.get('/', async () => 'free');
  app.register(async (scope) => {
    scope.register(latchkey(engine));
    scope.get('/in', async () => 'lost');
    scope.register(async (inner) => {
      inner.get('/below', async () => 'lost');
    });
  });
  const statuses = [];
  for (const target of ['/', '/in', '/below']) statuses.push((await app.inject(target)).statusCode);
  expect([statuses, engine.targets]).toEqual([
    [200, 503, 503],
    ['/in', '/below'],
  ]);
});
