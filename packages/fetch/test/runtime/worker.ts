import { latchkey } from '@latchkey/fetch';
import { issueReadOnly, memoryEngine } from './memory.ts';

const engine = memoryEngine();
const guard = latchkey(engine);

/** A worker that decides by itself; `POST /public/token` issues, which no server should do. */
const answer = guard(async (request, decision) => {
  if (request.url.endsWith('/public/token')) return new Response(await issueReadOnly(engine));
  return new Response(decision.effect);
});

export default { fetch: (request: Request) => answer(request) };
