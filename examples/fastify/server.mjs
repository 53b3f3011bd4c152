import { createLatchkey, defaultSettings, hosts } from '@latchkey/core';
import { latchkey } from '@latchkey/fastify';
import { nodePlatform } from '@latchkey/node';
import { memoryStore } from '@latchkey/store-memory';
import fastify from 'fastify';

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

const app = fastify();
await app.register(latchkey(engine, { onError: (error) => console.error(error) }));

await app.register(
  async (api) => {
    /** The application's own authenticator: it sees what the policy deferred, and logs nobody in. */
    api.addHook('onRequest', async (request, reply) => {
      if (request.latchkey.effect === 'allow') return;
      return reply
        .code(401)
        .header('WWW-Authenticate', 'Bearer realm="example"')
        .send('A token is needed.\n');
    });
    api.all('/hello', async (request) => `Hello ${request.latchkey.principal.subject}\n`);
  },
  { prefix: '/api' },
);
app.get('/', async () => 'A public page\n');

const issued = await engine.tokens.issue({ subject: 'ada' }, { label: 'example', scope: 'read-only' });
if (!issued.ok) throw new Error(issued.problem.message);
const { text } = issued.value;

await app.listen({ port: Number(process.env.PORT ?? 8081), host: '127.0.0.1' });
const url = `http://127.0.0.1:${app.server.address().port}/api/hello`;
console.log(`curl -i -H 'Authorization: Bearer ${text}' ${url}`);
console.log(`curl -i -X POST -H 'Authorization: Bearer ${text}' ${url}`);

for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => app.close().then(() => engine.close()));
