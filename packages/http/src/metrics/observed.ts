import type { Latchkey, Observer } from '@latchkey/core';
import { metrics } from '@opentelemetry/api';
import { type Instruments, secondsSince, timeBounds } from './instruments.ts';

/** Where numbers go when nobody says: the OpenTelemetry SDK that the process has registered, if any. */
const registered = (): Instruments => metrics.getMeter('latchkey');

/**
 * An engine that counts its decisions by effect, reason and row (`latchkey.decisions`), and measures how long each
 * took (`latchkey.decision.duration`, seconds). No number names a subject, a token or an address.
 *
 * @example
 * const engine = observed(createLatchkey({ ...options, observer: meterObserver() }));
 */
export function observed(engine: Latchkey, meter: Instruments = registered()): Latchkey {
  const decisions = meter.createCounter('latchkey.decisions', {
    description: 'Decided requests by effect, reason and row of the decision table.',
  });
  const durations = meter.createHistogram('latchkey.decision.duration', {
    description: 'How long a decision took, look-ups included.',
    unit: 's',
    advice: { explicitBucketBoundaries: [...timeBounds] },
  });
  return {
    ...engine,
    async authenticate(request) {
      const begun = performance.now();
      const decision = await engine.authenticate(request);
      const { effect, reason, row } = decision;
      decisions.add(1, { effect, reason, row });
      durations.record(secondsSince(begun), { effect });
      return decision;
    },
  };
}

/** An observer that counts failures of ports (`latchkey.port.failures`) and lost events (`latchkey.events.lost`). */
export function meterObserver(meter: Instruments = registered()): Required<Observer> {
  const failures = meter.createCounter('latchkey.port.failures', {
    description:
      'Calls of stores and other ports that failed, took too long, or were not made for too many waiting.',
  });
  const lost = meter.createCounter('latchkey.events.lost', {
    description: 'Decision events that no longer fitted into the queue.',
  });
  return {
    portFailed: (port) => failures.add(1, { port }),
    eventsLost: (count) => lost.add(count),
  };
}
