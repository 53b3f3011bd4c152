import type { LatchkeyOptions } from './engine.ts';
import { LatchkeyError } from './errors.ts';
import { assertProfile } from './settings/hosts.ts';
import { compileDigests, type Digests } from './token/digest.ts';
import { isTokenPrefix } from './token/text.ts';

/** What the options of an engine come to, with everything they leave out. */
export interface EngineLimits {
  readonly prefix: string;
  readonly digests: Digests;
  readonly lookUpMs: number;
  readonly manageMs: number;
  readonly maximumWaiting: number;
  readonly maximumLive: number;
  readonly lastUseIntervalMs: number;
}

const positive = (name: string, value: number): number => {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new LatchkeyError('options-invalid', `${name} is a whole number above 0.`);
};

/** Checks the options of an engine. Throws a `LatchkeyError` that names what is wrong. Spec: ST-5, TK-1, TK-6, TK-8 */
export function resolveOptions(options: LatchkeyOptions): EngineLimits {
  assertProfile(options.host);
  const prefix = options.prefix ?? 'lk';
  if (!isTokenPrefix(prefix))
    throw new LatchkeyError(
      'options-invalid',
      'A prefix is a lower-case letter and 1 to 9 lower-case letters or digits.',
    );
  return {
    prefix,
    digests: compileDigests(options),
    lookUpMs: positive('deadlines.lookUpMs', options.deadlines?.lookUpMs ?? 250),
    manageMs: positive('deadlines.manageMs', options.deadlines?.manageMs ?? 2000),
    maximumWaiting: positive('maximumWaiting', options.maximumWaiting ?? 1000),
    maximumLive: positive('maximumLive', options.maximumLive ?? 100),
    lastUseIntervalMs: positive('lastUseIntervalMs', options.lastUseIntervalMs ?? 60_000),
  };
}
