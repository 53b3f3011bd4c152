import { formatInstant, type InstantRange } from '@latchkey/core';

/** Every instant within a value as ISO 8601 text instead of epoch milliseconds. */
export type WithInstants<T> = T extends number
  ? number | string
  : T extends readonly (infer Item)[]
    ? readonly WithInstants<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: WithInstants<T[Key]> }
      : T;

/** Core names every instant so. */
const isInstantName = (name: string): boolean =>
  name === 'at' || name === 'notAfter' || name === 'endedBefore' || name.endsWith('At');

/**
 * A copy of an answer of core in which every instant is ISO 8601 text, as it is on the wire. Instants are known by
 * their names; nothing else is touched.
 */
export function withInstants<T>(value: T): WithInstants<T> {
  return converted(value, false) as WithInstants<T>;
}

function converted(value: unknown, isInstant: boolean): unknown {
  if (typeof value === 'number') return isInstant ? formatInstant(value) : value;
  if (Array.isArray(value)) return value.map((item) => converted(item, false));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, converted(part, isInstantName(name))]),
  );
}

/** A range of instants from its two ends as text; undefined where neither is given. */
export function rangeOf(from: string | undefined, before: string | undefined): InstantRange | undefined {
  if (from === undefined && before === undefined) return undefined;
  return {
    ...(from === undefined ? {} : { from: Date.parse(from) }),
    ...(before === undefined ? {} : { before: Date.parse(before) }),
  };
}
