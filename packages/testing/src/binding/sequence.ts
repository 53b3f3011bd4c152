import type { Latchkey } from '@latchkey/core';
import { same } from '../store/assertion.ts';
import { type Bench, type BindingCase, bindingCase } from './case.ts';
import { bearer } from './header.ts';
import { type Answer, requestText } from './socket.ts';

/** Lets the engine hold back its answer to some requests; `release` gives them out. */
export function slowEngine(isHeld: (target: string) => boolean) {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const count = { asked: 0, settled: 0 };
  return {
    count,
    release,
    engine: (real: Latchkey): Pick<Latchkey, 'authenticate'> => ({
      async authenticate(request) {
        count.asked++;
        if (isHeld(request.target)) await released;
        const decision = await real.authenticate(request);
        count.settled++;
        return decision;
      },
    }),
  };
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until something holds; rejects where it never does. */
export async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    if (tries === 400) throw new Error('what was waited for never came');
    await pause(5);
  }
}

const effects = ({ reached }: Bench) => reached.map(({ decision }) => decision?.effect);

/** Several requests on one server: each has a decision of its own. */
export const sequenceCases: readonly BindingCase[] = [
  bindingCase('keep-alive', 'BI-1 each request on one connection has its own decision', async (bench) => {
    const opened = await bench.open();
    const requests: [line: string, lines: string[]][] = [
      ['GET /api/notes', [bearer(bench.readWrite)]],
      ['POST /api/notes', [bearer(bench.readOnly)]],
      ['GET /api/notes', []],
      ['GET /api/notes', [bearer(bench.stranger)]],
      ['GET /api/notes', [bearer(bench.readOnly)]],
    ];
    const answers: Answer[] = [];
    for (const [line, lines] of requests) {
      opened.send(requestText(line, lines));
      answers.push(await opened.answer());
    }
    same(
      answers.map(({ status }) => status),
      [200, 403, 200, 401, 200],
      'statuses',
    );
    same(effects(bench), ['allow', 'defer', 'allow'], 'effects at the host');
  }),
  bindingCase('keep-alive-unread', 'BI-1 a deny leaves nothing of an unread body behind', async (bench) => {
    const opened = await bench.open();
    const body = requestText('GET /public').repeat(500);
    opened.send(requestText('POST /api/notes', [bearer(bench.readOnly)], body));
    const first = await opened.answer();
    opened.send(requestText('GET /api/notes', [bearer(bench.readOnly)]));
    // A server may end the connection instead of reading on.
    const second = await opened.answer().catch(() => null);
    same([first.status, second?.status ?? 200], [403, 200], 'statuses');
    const targets = bench.seen.map(({ target }) => target);
    same(targets, second === null ? ['/api/notes'] : ['/api/notes', '/api/notes'], 'targets');
  }),
  bindingCase('pipelining', 'BI-1 requests in one packet are answered in order', async (bench) => {
    const opened = await bench.open();
    opened.send(
      requestText('DELETE /api/notes/1', [bearer(bench.readOnly)]) +
        requestText('GET /api/notes', [bearer(bench.readOnly)]) +
        requestText('HEAD /api/notes', [bearer(bench.stranger)]) +
        requestText('GET /public'),
    );
    const answers = [];
    for (const bodiless of [false, false, true, false]) answers.push(await opened.answer(bodiless));
    same(
      answers.map(({ status }) => status),
      [403, 200, 401, 200],
      'statuses',
    );
    same(
      bench.seen.map(({ method }) => method),
      ['DELETE', 'GET', 'HEAD', 'GET'],
      'methods',
    );
    // The host may begin them in another order than it answers them.
    same(effects(bench).sort(), ['allow', 'defer'], 'effects at the host');
  }),
  (() => {
    let slow = slowEngine(() => false);
    return bindingCase(
      'overtaking',
      'BI-1 a request that overtakes another takes nothing of it along',
      async (bench) => {
        const first = bench.ask('POST /api/slow', [bearer(bench.readWrite)], 'first');
        await until(() => slow.count.asked === 1);
        const second = await bench.ask('POST /api/fast', [bearer(bench.readOnly)], 'second');
        const third = await bench.ask('POST /api/fast', [], 'third');
        slow.release();
        const answers = [await first, second, third];
        same(
          answers.map(({ status }) => status),
          [200, 403, 200],
          'statuses',
        );
        same(
          bench.reached.map(({ target, body, decision }) => [target, body, decision?.effect]),
          [
            ['/api/fast', 'third', 'defer'],
            ['/api/slow', 'first', 'allow'],
          ],
          'what reached the host',
        );
      },
      () => {
        slow = slowEngine((target) => target === '/api/slow');
        return { engine: slow.engine };
      },
    );
  })(),
];
