import type { InstantRange, TokenPosition } from '../ports.ts';
import { type Issue, ok, type Result } from '../result.ts';
import {
  isTokenRecord,
  type Scope,
  type SubjectId,
  type TokenId,
  type TokenRecord,
} from '../token/record.ts';
import { type Actor, type KnownActor, knowActor, mayManage } from './actor.ts';
import { isId } from './issue.ts';
import { call, issue, notPermitted, type OperationContext, type PortCall, type Steps } from './step.ts';
import { type TokenView, viewOf } from './view.ts';

/** Which tokens to list; absent filters let everything through. Spec: TK-5 */
export interface ListRequest {
  /** Whose; absent for all that the actor may see. */
  readonly subject?: SubjectId;
  /** Text that the label contains, without regard to case. */
  readonly label?: string;
  readonly scope?: Scope;
  readonly created?: InstantRange;
  readonly used?: InstantRange;
  readonly expires?: InstantRange;
  /** `next` of the page before; absent for the first page. */
  readonly cursor?: string;
  /** 1 to 1,000; 50 where absent. Spec: TK-8 */
  readonly limit?: number;
}

/** One page of tokens, newest first; `next` leads to the following one, null on the last. */
export interface TokenPageOf {
  readonly tokens: readonly TokenView[];
  readonly next: string | null;
}

const defaultPage = 50;
const largestPage = 1000;

/** A place in a listing as opaque text. */
const cursorOf = ({ createdAt, id }: TokenPosition): string => `${createdAt.toString(36)}.${id}`;

function parseCursor(text: string): TokenPosition | null {
  const match = /^(-?[0-9a-z]{1,11})\.([0-9A-Za-z]{16})$/.exec(text);
  const createdAt = Number.parseInt(match?.[1] ?? '', 36);
  const id = match?.[2];
  return id === undefined || !Number.isSafeInteger(createdAt) ? null : { createdAt, id };
}

/** A page size within the bounds, or why not. Spec: TK-8 */
export const checkLimit = (limit: number | undefined): Result<number, Issue> =>
  limit === undefined || (Number.isInteger(limit) && limit >= 1 && limit <= largestPage)
    ? ok(limit ?? defaultPage)
    : issue('limit-out-of-bounds', `A page has 1 to ${largestPage} entries.`, 'limit');

/**
 * Lists tokens: one's own, or with the on-behalf grant or as an administrator everybody's. Refused with
 * `not-permitted`, `cursor-malformed`, `limit-out-of-bounds`, `unavailable`. Spec: PE-5, TK-5, ST-6
 */
export function* listTokens(by: Actor, request: ListRequest, context: OperationContext): Steps<TokenPageOf> {
  const known = yield* knowActor(by, context);
  if (!known.ok) return known;
  const actor = known.value;
  const sees = actor.onBehalf || actor.subject.administrator;
  const subject = request.subject ?? (sees ? undefined : actor.subject.id);
  if (subject !== undefined && !mayManage(actor, subject))
    return notPermitted('The user may list its own tokens only.');
  const limit = checkLimit(request.limit);
  if (!limit.ok) return limit;
  const after = request.cursor === undefined ? null : parseCursor(request.cursor);
  if (after === null && request.cursor !== undefined)
    return issue('cursor-malformed', 'The cursor is not one that a listing gave out.', 'cursor');
  const { label, scope, created, used, expires } = request;
  const query = {
    ...(subject === undefined ? {} : { subject }),
    ...(label === undefined ? {} : { label }),
    ...(scope === undefined ? {} : { scope }),
    ...(created === undefined ? {} : { created }),
    ...(used === undefined ? {} : { used }),
    ...(expires === undefined ? {} : { expires }),
    after,
    limit: limit.value + 1,
  };
  const found = yield* call(({ tokens }) => tokens.list(query));
  if (!found.ok) return found;
  const shown = found.value.slice(0, limit.value);
  const last = shown.at(-1);
  return ok({
    tokens: shown
      .filter(isTokenRecord)
      .map((record) => viewOf(record, context.policy.settings.validity, context.now)),
    next: found.value.length > limit.value && last !== undefined ? cursorOf(last) : null,
  });
}

/** One token that the actor may see. Refused with `token-unknown`, `unavailable`. Spec: PE-5 */
export function* showToken(by: Actor, id: TokenId, context: OperationContext): Steps<TokenView> {
  const known = yield* knowActor(by, context);
  if (!known.ok) return known;
  const record = yield* manageable(known.value, id);
  return record.ok ? ok(viewOf(record.value, context.policy.settings.validity, context.now)) : record;
}

/** The record under an id if the actor may manage it; one that it may not is as unknown as none. Spec: PE-5 */
export function* manageable(
  actor: KnownActor,
  id: TokenId,
): Generator<PortCall, Result<TokenRecord, Issue>, unknown> {
  const unknown = issue('token-unknown', 'There is no such token.', 'id');
  if (!isId(id)) return unknown;
  const found = yield* call(({ tokens }) => tokens.find(id));
  if (!found.ok) return found;
  const { record } = found.value;
  return isTokenRecord(record) && mayManage(actor, record.subject) ? ok(record) : unknown;
}
