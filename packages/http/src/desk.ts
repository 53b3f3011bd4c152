import { OpenAPIHono, type z } from '@hono/zod-openapi';
import type { HostProfile, Issue, Latchkey, RequestInput } from '@latchkey/core';
import type { Caller } from './caller.ts';
import type { Ports } from './ready.ts';
import { problem, type ReplyError } from './reply.ts';

/** What the routes work on. */
export interface Desk extends Ports {
  readonly engine: Latchkey;
  readonly host: HostProfile;
  /** The host's version, which decides whether it has tokens of its own. Spec: HT-1 */
  readonly hostVersion: string | undefined;
  /** Where the API is, without a trailing slash; paths in replies begin with it. */
  readonly base: string;
}

/** What a route is told of a request that was let through. */
export interface Bindings {
  /** Null on an open route only, where nobody has to be known. */
  readonly caller: Caller | null;
  readonly input: RequestInput;
}

/** A group of routes, declared by schema. */
export type Routes = OpenAPIHono<{ Bindings: Bindings }>;

/** An empty group of routes whose input is checked before a handler sees it. Spec: MA-2 */
export const newRoutes = (): Routes =>
  new OpenAPIHono<{ Bindings: Bindings }>({
    defaultHook: (result) =>
      result.success
        ? undefined
        : inputProblem(result.target === 'json' ? 'body' : 'query', result.error.issues),
  });

/** Who asks, on a route that needs somebody. */
export function callerIn({ caller }: Bindings): Caller {
  if (caller === null) throw new TypeError('A route that needs a caller was served without one.');
  return caller;
}

/** How many problems one reply lists: a small body can hold a great many. */
const mostErrors = 100;

/** The problem document for input that does not fit its schema. Spec: MA-2 */
function inputProblem(part: 'body' | 'query', issues: readonly z.core.$ZodIssue[]): Response {
  return problem(part === 'body' ? 422 : 400, {
    reason: `${part}-invalid`,
    detail: part === 'body' ? 'The body does not fit its schema.' : 'The query does not fit its schema.',
    errors: issues.flatMap(errorsOf).slice(0, mostErrors),
  });
}

/** Our words for one of zod's issues: a stable code, the path, and no value of the input. */
function errorsOf(issue: z.core.$ZodIssue): readonly ReplyError[] {
  const path: Issue['path'] = issue.path.map((key) => (typeof key === 'number' ? key : String(key)));
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: [...path, key],
        code: 'unknown-key',
        message: 'There is no such field.',
      }));
    case 'invalid_type':
      return [
        {
          path,
          code: issue.message.endsWith('received undefined') ? 'required' : 'wrong-type',
          message: `Expected ${issue.expected}.`,
        },
      ];
    case 'invalid_value':
      return [
        { path, code: 'not-an-option', message: `Expected one of ${issue.values.map(String).join(', ')}.` },
      ];
    default:
      return [{ path, code: 'invalid', message: 'This value is not allowed here.' }];
  }
}
