import { assert, same } from '../store/assertion.ts';
import { type BindingCase, bindingCase } from './case.ts';
import { bearer } from './header.ts';

const unaltered = [
  '/api/%2F..;x?y',
  '/API/%72est/x%2Fy?_method=PUT&a=%ff&a',
  '//api//notes',
  '/',
  '/api/notes?',
  '/api/notes/',
  '/x/..;/api?x=/../%2e%2e',
];

/** Which target and method reach the engine. */
export const targetCases: readonly BindingCase[] = [
  ...unaltered.map((target, at) =>
    bindingCase(`target-${at + 1}`, `BI-2 the target ${target} arrives as it was sent`, async (bench) => {
      await bench.ask(`GET ${target}`);
      same(
        bench.seen.map((request) => request.target),
        [target],
        'targets',
      );
    }),
  ),
  bindingCase('target-dots', 'BI-2 dot segments arrive as they were sent', async (bench) => {
    const target = '/api/%2e%2e/x/./y/../z?../';
    await bench.ask(`GET ${target}`);
    const targets = bench.seen.map((request) => request.target);
    if (bench.has('raw-target')) return same(targets, [target], 'targets');
    // Where the runtime resolves them, policy and host at least read the same path.
    same(targets, ['/x/z?../'], 'targets');
    same(
      bench.reached.map((request) => request.target),
      targets,
      'targets of the host',
    );
  }),
  bindingCase('target-absolute', 'BI-2 a target in absolute form arrives as it was sent', async (bench) => {
    const { status } = await bench.ask('GET http://elsewhere/api/notes?x', [bearer(bench.readOnly)]);
    const targets = bench.seen.map((request) => request.target);
    if (bench.has('absolute-form')) return same(targets, ['http://elsewhere/api/notes?x'], 'targets');
    if (status === 400) return same(targets, [], 'targets of a request that was refused');
    same(targets, ['/api/notes?x'], 'targets');
    same(
      bench.reached.map((request) => request.target),
      targets,
      'targets of the host',
    );
  }),
  bindingCase('target-asterisk', 'BI-2 the target * arrives as it was sent', async (bench) => {
    const { status } = await bench.ask('OPTIONS *');
    const targets = bench.seen.map((request) => request.target);
    if (bench.has('asterisk-form')) return same(targets, ['*'], 'targets');
    assert(status >= 400 || bench.entered.length === targets.length, 'the host was asked without the engine');
    assert(!targets.includes('*'), 'the target arrived: asterisk-form is not lacking');
  }),
  ...['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'].map((method) =>
    bindingCase(`method-${method}`, `BI-2 the method ${method} is judged as it was sent`, async (bench) => {
      const { status } = await bench.ask(`${method} /api/notes`, [bearer(bench.readOnly)]);
      same(
        bench.seen.map((request) => request.method),
        [method],
        'methods',
      );
      same(status, ['GET', 'HEAD', 'OPTIONS'].includes(method) ? 200 : 403, 'status for a read-only token');
    }),
  ),
  bindingCase(
    'target-guarded',
    'BI-2, TA-3 the path guard sees what a decoded path would hide',
    async (bench) => {
      for (const target of ['/api/..;/notes', '/api/a;b/notes', '/x/..;/api/notes']) {
        const { status, body } = await bench.ask(`GET ${target}`, [bearer(bench.readWrite)]);
        same([target, status, body.includes('path-suspicious')], [target, 400, true], 'answer');
      }
      same(bench.entered, [], 'what reached the host');
    },
    () => ({
      settings: (settings) => ({
        ...settings,
        passwords: { mode: 'refused', pathGuard: true, remoteApi: 'refused' },
      }),
    }),
  ),
];
