import { memoryStore } from '@latchkey/store-memory';
import { describe, expect, test } from 'vitest';
import { meterObserver, observed, prometheusMeter, timedTokens } from '../src/index.ts';
import { as, bearer, stage, tokenOf } from './stage.ts';

describe('MA health and readiness', () => {
  test('MA-1 health and readiness need nobody to be known', async () => {
    const { call } = await stage();
    expect((await call('showHealth')).body).toEqual({ status: 'ok' });
    expect((await call('showReadiness')).body).toEqual({ status: 'ready' });
  });

  test('MA-1 a store that fails, or does not answer in time, is not ready; health stands', async () => {
    const { tokens, settings } = memoryStore();
    const never = () => new Promise<never>(() => undefined);
    const failing = async () => {
      throw new Error('secret in a connection string');
    };
    for (const [api, names] of [
      [{ tokens: { ...tokens, find: never } }, 'tokens'],
      [
        { tokens: { ...tokens, find: failing }, settings: { ...settings, load: failing } },
        'tokens, settings',
      ],
    ] as const) {
      const { call } = await stage({ api });
      const unready = await call('showReadiness');
      expect(unready).toMatchObject({
        status: 503,
        body: { reason: 'not-ready', detail: `No answer in time from: ${names}.` },
      });
      expect(unready.headers.get('retry-after')).toBe('5');
      expect((await call('showHealth')).status).toBe(200);
    }
  });

  test('MA-1 probes at the same time share one look', async () => {
    const { tokens } = memoryStore();
    let looks = 0;
    const find: typeof tokens.find = (id) => {
      looks++;
      return tokens.find(id);
    };
    const { call } = await stage({ api: { tokens: { ...tokens, find } } });
    await Promise.all([call('showReadiness'), call('showReadiness'), call('showReadiness')]);
    expect(looks).toBe(1);
    await call('showReadiness');
    expect(looks).toBe(2);
  });
});

describe('MA metrics', () => {
  test('MA-1 decisions, look-ups and failures are counted, and shown to administrators', async () => {
    const meter = prometheusMeter();
    const { tokens } = memoryStore();
    const base = await stage({
      engine: { tokens: timedTokens(tokens, meter), observer: meterObserver(meter) },
    });
    const { call } = await stage({ api: { engine: observed(base.engine, meter), metrics: meter } });
    const { text } = await tokenOf(base.engine, 'ada');
    await call('listTokens', { headers: bearer(text) });
    expect((await call('showMetrics', { headers: as('ada') })).status).toBe(403);
    const shown = await call('showMetrics', { headers: as('root') });
    expect(shown.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(shown.text).toContain(
      'latchkey_decisions_total{effect="allow",reason="token-accepted",row="accepted"} 1\n',
    );
    expect(shown.text).toMatch(
      /latchkey_decisions_total\{effect="defer",reason="credential-absent",row="anonymous"\} [1-9]/,
    );
    expect(shown.text).toMatch(/latchkey_lookup_duration_seconds_count\{outcome="found"\} [1-9]/);
    expect(shown.text).toContain('# TYPE latchkey_port_failures_total counter\n');
    expect(shown.text).not.toContain('ada');
  });

  test('MA-1 a failed look-up is counted by its port and outcome', async () => {
    const meter = prometheusMeter();
    const { tokens } = memoryStore();
    const find = async () => {
      throw new Error('down');
    };
    const { engine } = await stage({
      engine: { tokens: timedTokens({ ...tokens, find }, meter), observer: meterObserver(meter) },
    });
    const { text } = await tokenOf(engine, 'ada');
    const headers = [['Authorization', `Bearer ${text}`]] as const;
    await engine.authenticate({ method: 'GET', target: '/api/x', headers, peer: '192.0.2.7' });
    expect(await meter.text()).toContain('latchkey_port_failures_total{port="tokens"} 1\n');
    expect(await meter.text()).toContain('latchkey_lookup_duration_seconds_count{outcome="failed"} 1\n');
  });

  test('MA-1 metrics are open where the host opens them, and absent where it keeps none', async () => {
    const open = await stage({ api: { metrics: prometheusMeter(), openMetrics: true } });
    expect((await open.call('showMetrics')).status).toBe(200);
    const closed = await stage({ api: { metrics: prometheusMeter() } });
    expect((await closed.call('showMetrics')).status).toBe(401);
    const absent = await stage();
    expect(await absent.call('showMetrics', { headers: as('root') })).toMatchObject({
      status: 404,
      body: { reason: 'metrics-absent' },
    });
  });
});
