import type { Meter } from '@opentelemetry/api';

/** The part of an OpenTelemetry meter that is used here. */
export type Instruments = Pick<Meter, 'createCounter' | 'createHistogram'>;

/** Bounds for times in seconds: from a decision in memory, some ten microseconds, to a look-up at its deadline. */
export const timeBounds: readonly number[] = Object.freeze([
  0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
  0.5, 1,
]);

/** Seconds since an instant of `performance.now()`. */
export const secondsSince = (begun: number): number => (performance.now() - begun) / 1000;
