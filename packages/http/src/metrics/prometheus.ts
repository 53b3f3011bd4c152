import type { Attributes, MetricOptions } from '@opentelemetry/api';
import type { MetricsText } from '../route/operation.ts';
import type { Instruments } from './instruments.ts';

/** One metric with its name on the wire and the lines of its series. */
interface Metric {
  readonly name: string;
  readonly kind: 'counter' | 'histogram';
  readonly help: string;
  lines(): readonly string[];
}

/** The values of one series of a histogram. */
interface Buckets {
  readonly counts: number[];
  sum: number;
  count: number;
}

const noAttributes: Attributes = Object.freeze({});

/**
 * A meter that keeps its numbers itself and gives them out as Prometheus text: `/metrics` for a server without an
 * OpenTelemetry SDK. It has counters and histograms with given bounds, the instruments that Latchkey uses; a server
 * with an SDK uses that one's meter and exporter instead.
 *
 * @example
 * const meter = prometheusMeter();
 * const engine = observed(createLatchkey({ ...options, observer: meterObserver(meter) }), meter);
 * const api = managementApi({ ...options, engine, metrics: meter });
 */
export function prometheusMeter(): Instruments & MetricsText {
  const known: Metric[] = [];
  return {
    createCounter(name, options = {}) {
      const series = new Map<string, number>();
      const wire = `${wireName(name, options)}_total`;
      known.push({
        name: wire,
        kind: 'counter',
        help: options.description ?? '',
        lines: () => [...series].map(([labels, value]) => `${wire}${braced(labels)} ${value}`),
      });
      return {
        add(value: number, attributes: Attributes = noAttributes) {
          const labels = labelsOf(attributes);
          series.set(labels, (series.get(labels) ?? 0) + value);
        },
      };
    },
    createHistogram(name, options = {}) {
      const bounds = options.advice?.explicitBucketBoundaries ?? [];
      const series = new Map<string, Buckets>();
      const wire = wireName(name, options);
      known.push({
        name: wire,
        kind: 'histogram',
        help: options.description ?? '',
        lines: () =>
          [...series].flatMap(([labels, buckets]) => histogramLines(wire, labels, bounds, buckets)),
      });
      return {
        record(value: number, attributes: Attributes = noAttributes) {
          const labels = labelsOf(attributes);
          const buckets = series.get(labels) ?? { counts: bounds.map(() => 0), sum: 0, count: 0 };
          series.set(labels, buckets);
          buckets.sum += value;
          buckets.count++;
          const at = bounds.findIndex((bound) => value <= bound);
          if (at !== -1) buckets.counts[at] = (buckets.counts[at] ?? 0) + 1;
        },
      };
    },
    text: () =>
      known
        .flatMap(({ name, kind, help, lines }) => [
          `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`,
          `# TYPE ${name} ${kind}`,
          ...lines(),
        ])
        .map((line) => `${line}\n`)
        .join(''),
  };
}

/** `latchkey.lookup.duration` in `s` is `latchkey_lookup_duration_seconds`, as OpenTelemetry maps names. */
const wireName = (name: string, { unit }: MetricOptions): string =>
  name.replaceAll(/[^a-zA-Z0-9_:]/g, '_') + (unit === 's' ? '_seconds' : '');

const braced = (labels: string): string => (labels === '' ? '' : `{${labels}}`);

/** The labels of a series in one order, so that equal attributes are one series. */
const labelsOf = (attributes: Attributes): string =>
  Object.entries(attributes)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => `${name.replaceAll(/[^a-zA-Z0-9_]/g, '_')}="${escaped(String(value))}"`)
    .join(',');

const escaped = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

function histogramLines(
  name: string,
  labels: string,
  bounds: readonly number[],
  { counts, sum, count }: Buckets,
): readonly string[] {
  const before = labels === '' ? '' : `${labels},`;
  let below = 0;
  const buckets = bounds.map((bound, at) => {
    below += counts[at] ?? 0;
    return `${name}_bucket{${before}le="${bound}"} ${below}`;
  });
  return [
    ...buckets,
    `${name}_bucket{${before}le="+Inf"} ${count}`,
    `${name}_sum${braced(labels)} ${sum}`,
    `${name}_count${braced(labels)} ${count}`,
  ];
}
