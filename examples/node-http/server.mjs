import { createServer } from 'node:http';
import { createLatchkey, defaultSettings, hosts } from '@latchkey/core';
import { latchkey, nodePlatform } from '@latchkey/node';
import { memoryStore } from '@latchkey/store-memory';

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
const guard = latchkey(engine, { onError: (error) => console.error(error) });

/** The application: it sees allowed and deferred requests only, and logs nobody in by itself. */
function application(req, res) {
  const decision = req.latchkey;
  if (decision.effect !== 'allow' && req.url.startsWith('/api/')) {
    res.writeHead(401, { 'WWW-Authenticate': 'Bearer realm="example"' }).end('A token is needed.\n');
    return;
  }
  res.end(decision.effect === 'allow' ? `Hello ${decision.principal.subject}\n` : 'A public page\n');
}

const server = createServer((req, res) => guard(req, res, () => application(req, res)));

const issued = await engine.tokens.issue({ subject: 'ada' }, { label: 'example', scope: 'read-only' });
if (!issued.ok) throw new Error(issued.problem.message);
const { text } = issued.value;

server.listen(Number(process.env.PORT ?? 8081), '127.0.0.1', () => {
  const url = `http://127.0.0.1:${server.address().port}/api/hello`;
  console.log(`curl -i -H 'Authorization: Bearer ${text}' ${url}`);
  console.log(`curl -i -X POST -H 'Authorization: Bearer ${text}' ${url}`);
});

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => server.close(() => engine.close()));
