import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Instruments } from '../../src/index.ts';
import { prometheusMeter } from '../../src/index.ts';

class Collector extends MetricReader {
  protected async onForceFlush(): Promise<void> {}
  protected async onShutdown(): Promise<void> {}
}

/** The samples of an exposition, without what an SDK adds of its own. */
const samplesOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('latchkey_') || line.startsWith('# TYPE latchkey_'))
    // Order of labels and series is the exporter's own; times of the SDK are no part of a sample.
    .map((line) =>
      line.replace(/ \d{13}$/, '').replace(/\{(.*)\}/, (_, labels: string) => `{${sortedLabels(labels)}}`),
    )
    .map((line) =>
      line
        .replace(/,?otel_scope_(name|version|schema_url)="[^"]*"/g, '')
        .replace('{,', '{')
        .replace('{}', ''),
    )
    .sort();

const sortedLabels = (labels: string): string =>
  labels
    .match(/\w+="(?:[^"\\]|\\.)*"/g)
    ?.sort()
    .join(',') ?? '';

describe('MA metrics: the own exposition', () => {
  test('MA-1 the text says the same as the OpenTelemetry SDK', async () => {
    const label = fc.constantFrom('allow', 'a "quoted" one', 'back\\slash', 'line\nbreak', '');
    const bounds = [0.1, 1, 10];
    const values = fc.array(fc.tuple(label, fc.constantFrom(0, 0.1, 0.5, 1, 7, 10, 11)), {
      minLength: 1,
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(values, async (given) => {
        const reader = new Collector();
        const provider = new MeterProvider({ readers: [reader] });
        const own = prometheusMeter();
        const feed = (meter: Instruments, name: string) => {
          const counter = meter.createCounter('latchkey.things', { description: 'Things.' });
          const times = meter.createHistogram(name, {
            unit: 's',
            advice: { explicitBucketBoundaries: bounds },
          });
          for (const [effect, value] of given) {
            counter.add(value, { effect, row: 'x' });
            times.record(value, { effect });
          }
        };
        // This SDK leaves the unit out of the name.
        feed(provider.getMeter('latchkey'), 'latchkey.times_seconds');
        feed(own, 'latchkey.times');
        const { resourceMetrics } = await reader.collect();
        const expected = samplesOf(new PrometheusSerializer('', false).serialize(resourceMetrics));
        expect(samplesOf(await own.text())).toEqual(expected);
        expect(expected.length).toBeGreaterThan(7);
        await provider.shutdown();
      }),
      { numRuns: 50 },
    );
  });

  test('MA-1 an instrument that was never used has its type and no sample', async () => {
    const meter = prometheusMeter();
    meter.createCounter('latchkey.unused', { description: 'Two\nlines \\ and more' });
    expect(await meter.text()).toBe(
      '# HELP latchkey_unused_total Two\\nlines \\\\ and more\n# TYPE latchkey_unused_total counter\n',
    );
  });
});
