import type { RequestInput } from '../../parse/request.ts';
import type { SubjectId } from '../../token/record.ts';
import { decide, type Verdict } from '../decide.ts';
import { type Explanation, explainGathered } from '../explain.ts';
import { completeFacts } from '../facts.ts';
import { type ReplayWorld, replay } from '../replay.ts';

/** A request kept for replays. */
export interface RecordedRequest extends RequestInput {
  /** What an administrator knows it by; shown as it stands, so it must hold no secret. */
  readonly name?: string;
}

/** A replayed request that another row decides. Spec: IM-1 */
export interface RequestChange {
  /** Its place in the list of requests. */
  readonly index: number;
  readonly name: string | null;
  readonly before: Verdict;
  readonly after: Verdict;
  /** Whether the host's own authenticator is asked about it from now on. */
  readonly becomesDeferred: boolean;
}

/** What becomes of the request that an administrator is just making. Spec: IM-1 */
export interface ActorImpact {
  readonly subject: SubjectId;
  readonly before: Verdict;
  readonly after: Verdict;
  /** Why it is decided so after, in an administrator's words. */
  readonly why: string;
}

/** The verdict on a request in a world, and nothing of the request itself. */
const verdictIn = (request: RequestInput, world: ReplayWorld): Verdict =>
  decide(completeFacts(replay(request, world).gathered.needed));

const becomesDeferred = (before: Verdict, after: Verdict): boolean =>
  before.effect !== 'defer' && after.effect === 'defer';

/** The requests that are decided by another row after than before, in their order. Spec: IM-1 */
export function requestChanges(
  requests: readonly RecordedRequest[],
  before: ReplayWorld,
  after: ReplayWorld,
): readonly RequestChange[] {
  return requests
    .map((request, index): RequestChange => {
      const [was, is] = [verdictIn(request, before), verdictIn(request, after)];
      const deferred = becomesDeferred(was, is);
      return { index, name: request.name ?? null, before: was, after: is, becomesDeferred: deferred };
    })
    .filter((change) => change.before.row !== change.after.row);
}

/** What becomes of the administrator's own request, and which facts make the difference. Spec: IM-1, DE-4 */
export function actorImpact(
  { subject, request }: { readonly subject: SubjectId; readonly request: RequestInput },
  before: ReplayWorld,
  after: ReplayWorld,
): ActorImpact {
  const is = explainIn(request, after);
  return {
    subject,
    before: verdictIn(request, before),
    after: verdictIn(request, after),
    why: [is.words, ...differences(explainIn(request, before), is)].join(' '),
  };
}

function explainIn(request: RequestInput, world: ReplayWorld): Explanation {
  const { gathered, policy } = replay(request, world, {}, true);
  return explainGathered(gathered, policy);
}

/** How the facts came about that the row after needs and that were otherwise before. */
const differences = (before: Explanation, after: Explanation): readonly string[] =>
  after.facts
    .filter(({ needed, value }, index) => needed && value !== before.facts[index]?.value)
    .map(({ because }) => because);

/** Whether a request is refused after and not before; what is deferred, the host decides. Spec: IM-1 */
export const locksOut = ({ before, after }: ActorImpact): boolean =>
  before.effect !== 'deny' && after.effect === 'deny';
