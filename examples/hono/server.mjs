import { serve } from '@hono/node-server';
import { createLatchkey, defaultSettings, hosts } from '@latchkey/core';
import { latchkey } from '@latchkey/hono';
import { nodePlatform } from '@latchkey/node';
import { memoryStore } from '@latchkey/store-memory';
import { Hono } from 'hono';

const host = hosts.generic;
const users = new Map([['ada', { id: 'ada', active: true, administrator: false, groups: ['developers'] }]]);
const { tokens } = memoryStore();

const engine = createLatchkey({
  ...nodePlatform,
  host,
  settings: defaultSettings(host),
  tokens,
  directory: { find: async (id) => users.get(id) ?? null },
});

const app = new Hono();
app.use(latchkey(engine, { onError: (error) => console.error(error) }));

/** The application's own authenticator: it sees what the policy deferred, and logs nobody in. */
app.use('/api/*', async (c, next) => {
  if (c.get('latchkey').effect === 'allow') return next();
  return c.text('A token is needed.\n', 401, { 'WWW-Authenticate': 'Bearer realm="example"' });
});
app.all('/api/hello', (c) => c.text(`Hello ${c.get('latchkey').principal.subject}\n`));
app.get('/', (c) => c.text('A public page\n'));

const issued = await engine.tokens.issue({ subject: 'ada' }, { label: 'example', scope: 'read-only' });
if (!issued.ok) throw new Error(issued.problem.message);
const { text } = issued.value;

const port = Number(process.env.PORT ?? 8081);
const server = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, (address) => {
  const url = `http://127.0.0.1:${address.port}/api/hello`;
  console.log(`curl -i -H 'Authorization: Bearer ${text}' ${url}`);
  console.log(`curl -i -X POST -H 'Authorization: Bearer ${text}' ${url}`);
});

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => server.close(() => engine.close()));
