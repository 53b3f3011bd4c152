import type { Issue, Result } from '@latchkey/core';
import { problemsOf } from './problem.ts';
import { type RawRequest, type RawScenario, scenarioSchema } from './schema.ts';

/** A document of which the form is that of a scenario. */
export type FormChecked = Omit<RawScenario, 'requests'> & { readonly requests: readonly RawRequest[] };

const isText = (value: unknown): boolean => typeof value === 'string';

const isPair = (value: unknown): boolean =>
  Array.isArray(value) && value.length === 2 && isText(value[0]) && isText(value[1]);

const plainKeys: Readonly<Record<string, (value: unknown) => boolean>> = Object.assign(Object.create(null), {
  name: isText,
  peer: isText,
  method: isText,
  target: isText,
  headers: (value: unknown) => Array.isArray(value) && value.every(isPair),
});

/**
 * True for a request of the usual form, which the schema would accept. It lets recordings of very many requests
 * through without a copy of each; whatever is not so plain is left to the schema.
 */
export function isPlainRequest(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const request = value as Readonly<Record<string, unknown>>;
  for (const key in request) if (plainKeys[key]?.(request[key]) !== true) return false;
  return request.method !== undefined && request.target !== undefined;
}

const hasRequests = (input: unknown): input is { readonly requests: readonly unknown[] } =>
  typeof input === 'object' && input !== null && 'requests' in input && Array.isArray(input.requests);

/** The document if it has the form of a scenario, or every way in which it has not, with paths. Spec: SF */
export function checkForm(input: unknown): Result<FormChecked, readonly Issue[]> {
  if (!hasRequests(input)) return checked(input, input, (index) => index);
  const judged = input.requests.flatMap((request, index) => (isPlainRequest(request) ? [] : [index]));
  const rest = { ...input, requests: judged.map((index) => input.requests[index]) };
  return checked(rest, input, (index) => judged[index] ?? index);
}

/** Judges what is left of the document; the paths of requests lead into the whole. */
function checked(
  rest: unknown,
  input: unknown,
  placeOf: (index: number) => number,
): Result<FormChecked, readonly Issue[]> {
  const form = scenarioSchema.safeParse(rest);
  // The schema changes nothing, so the requests of the whole document are as good as checked copies.
  if (form.success) return { ok: true, value: { ...form.data, requests: (input as FormChecked).requests } };
  const issues = form.error.issues.flatMap((issue) => problemsOf(issue, rest));
  const problem = issues.map((issue) => {
    const [first, index, ...below] = issue.path;
    return first === 'requests' && typeof index === 'number'
      ? { ...issue, path: [first, placeOf(index), ...below] }
      : issue;
  });
  return { ok: false, problem };
}
