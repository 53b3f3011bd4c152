import type { Issue } from '@latchkey/core';
import type * as z from 'zod/mini';

type RawIssue = z.core.$ZodIssue;

const valueAt = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<PropertyKey, unknown>)[key]
        : undefined,
    input,
  );

const quoted = (options: readonly unknown[]): string =>
  options.map((option) => JSON.stringify(option)).join(', ');

const typeNames: Readonly<Record<string, string>> = {
  array: 'a list',
  tuple: 'a pair of name and value, such as ["Accept", "text/html"]',
  object: 'an object',
  record: 'an object',
  string: 'a text',
  boolean: 'true or false',
};

const pathOf = (path: readonly PropertyKey[]): readonly (string | number)[] =>
  path.map((key) => (typeof key === 'symbol' ? String(key) : key));

/** The issues of the branch that was meant: the object form where an object stands, else a list of the choices. */
function unionProblems(
  issue: Extract<RawIssue, { code: 'invalid_union' }>,
  input: unknown,
): readonly Issue[] {
  const path = pathOf(issue.path);
  const value = valueAt(input, issue.path);
  const branches = issue.errors;
  const below = branches.at(-1) ?? [];
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return below.flatMap((each) => problemsOf({ ...each, path: [...issue.path, ...each.path] }, input));
  const options = branches.flat().flatMap((each) => (each.code === 'invalid_value' ? each.values : []));
  const message = `Expected one of ${quoted(options)}, or an object.`;
  return [{ code: value === undefined ? 'required' : 'not-an-option', path, message }];
}

/**
 * One of zod's issues in our words: a stable code, the path, what was expected. The value itself is never
 * shown; it may be a token. Spec: SF
 */
export function problemsOf(issue: RawIssue, input: unknown): readonly Issue[] {
  const path = pathOf(issue.path);
  const missing = valueAt(input, issue.path) === undefined;
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        code: 'unknown-key',
        path: [...path, key],
        message: 'There is no such key.',
      }));
    case 'custom': {
      const { code, hint } = (issue.params ?? {}) as { readonly code?: string; readonly hint?: string };
      return [
        { code: code ?? 'invalid', path, message: issue.message, ...(hint === undefined ? {} : { hint }) },
      ];
    }
    case 'too_small':
    case 'too_big': {
      const message =
        issue.origin === 'array' ? `Expected ${typeNames.tuple}.` : 'Expected a text that is not empty.';
      return [{ code: issue.origin === 'array' ? 'wrong-length' : 'empty', path, message }];
    }
    case 'invalid_type': {
      const expected = `Expected ${typeNames[issue.expected] ?? issue.expected}.`;
      return [
        {
          code: missing ? 'required' : 'wrong-type',
          path,
          message: missing ? `This is missing. ${expected}` : expected,
        },
      ];
    }
    case 'invalid_value': {
      const expected = `Expected one of ${quoted(issue.values)}.`;
      return [
        {
          code: missing ? 'required' : 'not-an-option',
          path,
          message: missing ? `This is missing. ${expected}` : expected,
        },
      ];
    }
    case 'invalid_union':
      return unionProblems(issue, input);
    default:
      return [{ code: 'invalid', path, message: 'This value is not allowed here.' }];
  }
}
