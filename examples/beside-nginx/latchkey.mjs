import { createServer } from 'node:http';
import { createLatchkey, defaultSettings, hosts } from '@latchkey/core';
import { forwardAuth, gatewayForms, nodeListener } from '@latchkey/http';
import { nodePlatform } from '@latchkey/node';
import { memoryStore } from '@latchkey/store-memory';

const host = hosts.generic;
const users = new Map([['ada', { id: 'ada', active: true, administrator: false, groups: ['developers'] }]]);
const { tokens } = memoryStore();
const standard = defaultSettings(host);
const reverseProxy = { trusted: ['127.0.0.1'], header: 'X-Forwarded-For', onMissing: 'deny' };

const engine = createLatchkey({
  ...nodePlatform,
  host,
  settings: { ...standard, network: { ...standard.network, reverseProxy } },
  tokens,
  directory: { find: async (id) => users.get(id) ?? null },
});
const onError = (error) => console.error(error);
const authorize = forwardAuth({ engine, gateways: ['127.0.0.1'], form: gatewayForms.nginx, onError });

const server = createServer(nodeListener(authorize));

const issued = await engine.tokens.issue({ subject: 'ada' }, { label: 'example', scope: 'read-only' });
if (!issued.ok) throw new Error(issued.problem.message);
const { text } = issued.value;

server.listen(Number(process.env.PORT ?? 4000), '127.0.0.1', () => {
  const url = 'http://127.0.0.1:8088/api/hello';
  console.log(`Latchkey: http://127.0.0.1:${server.address().port}`);
  console.log(`curl -i -H 'Authorization: Bearer ${text}' ${url}`);
  console.log(`curl -i -X POST -H 'Authorization: Bearer ${text}' ${url}`);
});

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => server.close(() => engine.close()));
