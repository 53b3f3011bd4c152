import type { RecordedRequest } from '../decision/impact/requests.ts';
import { type Impact, impactOf } from '../decision/impact.ts';
import type { Subject } from '../decision/needs.ts';
import type { RequestInput } from '../parse/request.ts';
import type { TokenPosition } from '../ports.ts';
import { type Issue, ok, type Result, refused } from '../result.ts';
import { parseSettings } from '../settings/schema.ts';
import type { SubjectId, TokenRecord } from '../token/record.ts';
import { type Actor, knowActor } from './actor.ts';
import { call, notPermitted, type OperationContext, type Steps } from './step.ts';

/** What to judge a document by, beyond the tokens that there are. */
export interface ImpactRequest {
  /** Users whose grants are told, taken as they stand: those who have tokens are not looked up. */
  readonly users?: readonly Subject[];
  /** Recorded requests to replay. */
  readonly requests?: readonly RecordedRequest[];
  /** The request that the administrator is making, to see whether the document would refuse it. */
  readonly request?: RequestInput;
}

/** How many records one round reads. Spec: ST-7 */
const page = 500;

/**
 * What saving a document would change, for administrators: judged against every token in the store and the
 * policy that stands. Nothing is written. The value within is the impact, or every issue of a document that
 * is no settings. Refused with `not-permitted`, `unavailable`. Spec: IM-1, ST-7
 */
export function* impactOfDocument(
  by: Actor,
  document: unknown,
  { users = [], requests = [], request }: ImpactRequest,
  context: OperationContext,
): Steps<Result<Impact, readonly Issue[]>> {
  const known = yield* knowActor(by, context);
  if (!known.ok) return known;
  const administrator = known.value.subject;
  if (!administrator.administrator)
    return notPermitted('Only administrators see what settings would change.');
  const { policy, host, now, digests, prefix } = context;
  const parsed = parseSettings(document, host);
  if (!parsed.ok) return ok(refused(parsed.problem));
  const tokens = yield* everyToken();
  if (!tokens.ok) return tokens;
  const given = [administrator, ...users];
  const owners = yield* subjectsOf(tokens.value, new Set(given.map((user) => user.id)));
  if (!owners.ok) return owners;
  const actor = request === undefined ? {} : { actor: { subject: administrator.id, request } };
  const world = { host, now, digests, prefix, requests, tokens: tokens.value, ...actor };
  return ok(ok(impactOf(policy, parsed.value, { ...world, users: [...given, ...owners.value] })));
}

/** Every record of the store, page by page. */
function* everyToken(): Steps<readonly TokenRecord[]> {
  const tokens: TokenRecord[] = [];
  for (;;) {
    const last = tokens.at(-1);
    const after: TokenPosition | null =
      last === undefined ? null : { createdAt: last.createdAt, id: last.id };
    const found: Result<readonly TokenRecord[], Issue> = yield* call(({ tokens: store }) =>
      store.list({ after, limit: page }),
    );
    if (!found.ok) return found;
    for (const record of found.value) tokens.push(record);
    if (found.value.length < page) return ok(tokens);
  }
}

/** The subjects of records as the directory knows them, without those that are known already. */
function* subjectsOf(
  records: readonly TokenRecord[],
  known: ReadonlySet<SubjectId>,
): Steps<readonly Subject[]> {
  const subjects: Subject[] = [];
  for (const id of new Set(records.map((record) => record.subject))) {
    if (known.has(id)) continue;
    const found = yield* call(({ directory }) => directory.find(id));
    if (!found.ok) return found;
    // A decision takes whom the directory answers with, also where it writes the name in another way.
    if (found.value !== null) subjects.push({ ...found.value, id });
  }
  return ok(subjects);
}
