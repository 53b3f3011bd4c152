import type { Decision, RequestInput } from '@latchkey/core';
import { targetOfUrl } from '@latchkey/core';
import { latchkey } from '@latchkey/fetch';

/** What the worker is configured with: where engine and host of the suite are. */
interface Env {
  readonly BRIDGE: string;
}

/** What the runtime passes beside the request. */
type Context = [env: Env, told: Promise<unknown>[]];

const post = (env: Env, path: string, body: unknown): Promise<Response> =>
  fetch(env.BRIDGE + path, { method: 'POST', body: JSON.stringify(body) });

/** The binding in a worker, before an engine and a host that live in the process of the suite. */
export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const told: Promise<unknown>[] = [];
    const authenticate = async (input: RequestInput): Promise<Decision> => {
      const response = await post(env, '/engine', { ...input, peer: input.peer ?? null });
      if (!response.ok) throw new Error('the engine failed');
      return response.json() as Promise<Decision>;
    };
    const onError = (): void => void told.push(post(env, '/error', null));
    const guard = latchkey<Context>({ authenticate }, { onError });
    const host = guard(async (asked, decision) => {
      const { method, url, headers } = asked;
      const authorization = headers.get('authorization');
      const body = await asked.text();
      const seen = { decision, method, target: targetOfUrl(url), authorization, body };
      const response = await post(env, '/host', seen);
      if (!response.ok) throw new Error(await response.text());
      return new Response(await response.text());
    });
    const response = await host(request, env, told).catch(
      (error: Error) => new Response(error.message, { status: 418 }),
    );
    await Promise.all(told);
    return response;
  },
};
