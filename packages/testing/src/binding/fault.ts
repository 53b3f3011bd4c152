import { type Latchkey, outageAnswer } from '@latchkey/core';
import { assert, same } from '../store/assertion.ts';
import { type Bench, type BindingCase, bindingCase } from './case.ts';
import { bearer } from './header.ts';
import { pause, slowEngine, until } from './sequence.ts';
import { requestText, valuesOf } from './socket.ts';

const fault = new RangeError('of the engine');

/** Ways in which an engine can fail that has promised to fail only when closed. */
const failing: readonly [what: string, engine: (real: Latchkey) => Pick<Latchkey, 'authenticate'>][] = [
  ['rejects', () => ({ authenticate: () => Promise.reject(fault) })],
  [
    'throws',
    () => ({
      authenticate() {
        throw fault;
      },
    }),
  ],
];

/** Ways in which a host can fail. */
const hostFailures: readonly [what: string, host: () => Promise<string>][] = [
  [
    'throws',
    () => {
      throw new RangeError('of the host');
    },
  ],
  ['rejects with', () => Promise.reject(new RangeError('of the host'))],
];

async function outage(bench: Bench): Promise<void> {
  for (const method of ['GET', 'HEAD']) {
    const answer = await bench.ask(`${method} /api/notes`, [bearer(bench.readWrite)]);
    same(answer.status, 503, 'status');
    for (const [name, value] of outageAnswer.headers) same(valuesOf(answer, name), [value], name);
    if (method === 'GET') same(JSON.parse(answer.body), outageAnswer.body, 'body');
  }
  same(bench.entered, [], 'what reached the host');
}

/** A caller that goes while the engine is still thinking. */
const departed = (() => {
  let slow = slowEngine(() => true);
  return bindingCase(
    'departed',
    'BI-1 a caller that has gone meanwhile reaches no host, and harms nobody',
    async (bench) => {
      const opened = await bench.open();
      const text = requestText('POST /api/left', [bearer(bench.readWrite)]);
      // Two in one: where both are begun at once, the second has nowhere to answer to yet.
      opened.send(text + text);
      await until(() => slow.count.asked > 0);
      await pause(30);
      opened.destroy();
      await pause(100);
      slow.release();
      await until(() => slow.count.settled === slow.count.asked);
      await pause(50);
      const { status } = await bench.ask('GET /api/notes', [bearer(bench.readOnly)]);
      same(status, 200, 'status of the next caller');
      const left = bench.entered.filter((target) => target === '/api/left').length;
      if (bench.has('departure')) return same(left, 0, 'requests of the caller at the host');
      assert(left > 0, 'the departure was noticed: departure is not lacking');
    },
    () => {
      slow = slowEngine(() => true);
      return { engine: slow.engine };
    },
  );
})();

/** What happens where something fails. */
export const faultCases: readonly BindingCase[] = [
  ...failing.map(([what, engine]) =>
    bindingCase(
      `engine-${what}`,
      `BI-3 an engine that ${what} is an outage to the caller, and told to the developer`,
      async (bench) => {
        await outage(bench);
        assert(
          bench.errors.length === 2 && bench.errors.every((error) => error === fault),
          'onError was not told',
        );
      },
      () => ({ engine }),
    ),
  ),
  bindingCase('engine-closed', 'BI-3 a closed engine is an outage', async (bench) => {
    await bench.real.close();
    await outage(bench);
    same(bench.errors.length, 2, 'errors told');
  }),
  ...hostFailures.map(([what, host]) =>
    bindingCase(
      `host-${what.replace(' ', '-')}`,
      `BI-1 what the host ${what} stays the framework’s to answer`,
      async (bench) => {
        for (const lines of [[], [bearer(bench.readOnly)]]) {
          const { status, body } = await bench.ask('GET /api/notes', lines);
          same([status, body.includes('of the host')], [418, true], 'status, and the message in the body');
        }
        same(bench.errors, [], 'what the binding took for a failure of the engine');
      },
      () => ({ host }),
    ),
  ),
  departed,
  bindingCase('departed-body', 'BI-1 a body that breaks off harms nobody else', async (bench) => {
    const opened = await bench.open();
    opened.send(requestText('POST /api/notes', [bearer(bench.readWrite)], 'x'.repeat(100)).slice(0, -50));
    await until(() => bench.seen.length === 1);
    await pause(30);
    opened.destroy();
    await pause(30);
    const { status } = await bench.ask('GET /api/notes', [bearer(bench.readOnly)]);
    same([status, bench.errors], [200, []], 'status of the next caller, and errors told');
  }),
];
