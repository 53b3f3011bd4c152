/** Throws an error with this message unless the condition holds. */
export function assert(holds: boolean, message: string): asserts holds {
  if (!holds) throw new Error(message);
}

/** Throws unless two values are the same as data; the order of keys does not matter. */
export function same(actual: unknown, expected: unknown, what: string): void {
  const [got, wanted] = [canonical(actual), canonical(expected)];
  assert(got === wanted, `${what}: expected ${short(wanted)}, got ${short(got)}`);
}

/** The error that an operation ended with, thrown or rejected; null where it went well. */
export async function failureOf(operation: () => Promise<unknown>): Promise<unknown> {
  try {
    await operation();
    return null;
  } catch (error) {
    return error;
  }
}

/** One text for all values that are the same as data. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? String(value);
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{ ${fields.map(([key, field]) => `${JSON.stringify(key)}: ${canonical(field)}`).join(', ')} }`;
}

const longest = 2000;
const short = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}…` : text);
