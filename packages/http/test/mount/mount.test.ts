import { afterAll, beforeAll, describe, test } from 'vitest';
import { managementApi } from '../../src/index.ts';
import { clientOf } from '../client.ts';
import { session, stage } from '../stage.ts';
import { type Bench, mountCases } from './cases.ts';
import { type Mounted, mounts } from './server.ts';

/** Those whose server is an adapter of Hono's, which ends a connection rather than wait for a body. */
const adapted = ['hono', 'fetch'];

describe.each(Object.entries(mounts))('MA mounted in %s, by the program in docs/guide', (binding, mount) => {
  let bench: Bench;
  let mounted: Mounted;

  beforeAll(async () => {
    const base = await stage();
    let asked = 0;
    const authenticate = (request: Parameters<typeof base.engine.authenticate>[0]) => {
      asked++;
      return base.engine.authenticate(request);
    };
    const engine = { ...base.engine, authenticate };
    const onError = (error: unknown): unknown => base.errors.push(error);
    mounted = await mount({ engine, api: managementApi({ ...base.options, engine, session, onError }) });
    const { port } = mounted;
    const { call } = clientOf(base.document, fetch, `http://127.0.0.1:${port}`);
    const traits = { keepsConnections: !adapted.includes(binding), knowsTargets: binding !== 'fetch' };
    bench = { ...base, port, call, asked: () => asked, ...traits };
  });
  afterAll(async () => {
    await mounted?.close();
    await bench?.engine.close();
  });

  test.each(mountCases.map(({ title, run }) => [title, run] as const))('%s', (_, run) => run(bench));
});
