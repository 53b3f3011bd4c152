import { createLatchkey, defaultSettings, hosts } from '@latchkey/core';
import { latchkey } from '@latchkey/koa';
import { nodePlatform } from '@latchkey/node';
import { memoryStore } from '@latchkey/store-memory';
import Koa from 'koa';

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

const app = new Koa();
app.use(latchkey(engine, { onError: (error) => console.error(error) }));

/** The application's own authenticator: it sees what the policy deferred, and logs nobody in. */
app.use(async (ctx, next) => {
  if (ctx.state.latchkey.effect === 'allow' || !ctx.path.startsWith('/api/')) return next();
  ctx.set('WWW-Authenticate', 'Bearer realm="example"');
  ctx.throw(401, 'A token is needed.');
});
app.use((ctx) => {
  const { principal } = ctx.state.latchkey;
  ctx.body = principal === undefined ? 'A public page\n' : `Hello ${principal.subject}\n`;
});

const issued = await engine.tokens.issue({ subject: 'ada' }, { label: 'example', scope: 'read-only' });
if (!issued.ok) throw new Error(issued.problem.message);
const { text } = issued.value;

const server = app.listen(Number(process.env.PORT ?? 8081), '127.0.0.1', () => {
  const url = `http://127.0.0.1:${server.address().port}/api/hello`;
  console.log(`curl -i -H 'Authorization: Bearer ${text}' ${url}`);
  console.log(`curl -i -X POST -H 'Authorization: Bearer ${text}' ${url}`);
});

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => server.close(() => engine.close()));
