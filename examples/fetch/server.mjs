import { serve } from '@hono/node-server';
import { createLatchkey, defaultSettings, hosts } from '@latchkey/core';
import { latchkey } from '@latchkey/fetch';
import { memoryStore } from '@latchkey/store-memory';

const host = hosts.generic;
const users = new Map([['ada', { id: 'ada', active: true, administrator: false, groups: ['developers'] }]]);
const { tokens } = memoryStore();

const engine = createLatchkey({
  clock: Date.now,
  random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
  host,
  settings: defaultSettings(host),
  tokens,
  directory: { find: async (id) => users.get(id) ?? null },
});

// Elsewhere there is a peer to name instead:
//   Bun      peer: (request, server) => server.requestIP(request)?.address
//   Deno     peer: (request, info) => info.remoteAddr.hostname
//   Workers  peer: (request) => request.headers.get('CF-Connecting-IP') ?? undefined
const guard = latchkey(engine, {
  incoming: (_request, env) => env.incoming,
  onError: (error) => console.error(error),
});

/** The application: it sees allowed and deferred requests only, and logs nobody in by itself. */
const fetch = guard((request, decision) => {
  if (decision.effect === 'allow') return new Response(`Hello ${decision.principal.subject}\n`);
  if (!new URL(request.url).pathname.startsWith('/api/')) return new Response('A public page\n');
  const headers = { 'WWW-Authenticate': 'Bearer realm="example"' };
  return new Response('A token is needed.\n', { status: 401, headers });
});

const issued = await engine.tokens.issue({ subject: 'ada' }, { label: 'example', scope: 'read-only' });
if (!issued.ok) throw new Error(issued.problem.message);
const { text } = issued.value;

const port = Number(process.env.PORT ?? 8081);
const server = serve({ fetch, port, hostname: '127.0.0.1' }, (address) => {
  const url = `http://127.0.0.1:${address.port}/api/hello`;
  console.log(`curl -i -H 'Authorization: Bearer ${text}' ${url}`);
  console.log(`curl -i -X POST -H 'Authorization: Bearer ${text}' ${url}`);
});

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => server.close(() => engine.close()));
