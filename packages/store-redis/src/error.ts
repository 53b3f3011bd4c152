/** What is wrong with Redis, in one word. */
export type StoreErrorKind =
  | 'unavailable'
  | 'exhausted'
  | 'timeout'
  | 'busy'
  | 'cluster-down'
  | 'not-a-cluster-client'
  | 'denied'
  | 'read-only'
  | 'full'
  | 'unreplicated'
  | 'schema'
  | 'corrupt'
  | 'other';

interface Kind {
  /** True where the same call may succeed later without anybody doing anything. */
  readonly retryable: boolean;
  readonly message: string;
}

const kinds: Readonly<Record<StoreErrorKind, Kind>> = {
  unavailable: {
    retryable: true,
    message:
      'Redis cannot be reached: check that it runs, its host and port, and that the client is connected.',
  },
  exhausted: {
    retryable: true,
    message: 'Too many commands wait for Redis already; this one was not sent.',
  },
  timeout: {
    retryable: true,
    message: 'Redis did not answer in time; the command may still be carried out.',
  },
  busy: { retryable: true, message: 'Redis is loading its data or busy with a script.' },
  'cluster-down': {
    retryable: true,
    message: 'The part of the Redis Cluster that holds these keys is down or on the move.',
  },
  'not-a-cluster-client': {
    retryable: false,
    message: 'This server is part of a Redis Cluster: give the store a cluster client.',
  },
  denied: {
    retryable: false,
    message: 'Redis refuses the user, the password or the command: check the credentials and the ACL.',
  },
  'read-only': {
    retryable: true,
    message: 'This Redis takes no writes, because it is a replica: connect to the primary.',
  },
  full: {
    retryable: true,
    message:
      'Redis takes no writes, because its memory is used up or its disk fails: see maxmemory and its log.',
  },
  unreplicated: {
    retryable: false,
    message:
      'Too few replicas have confirmed the write; it stands on the primary, and a failover may undo it.',
  },
  schema: {
    retryable: false,
    message:
      'What Redis holds under this prefix was written with another number of shards or by another version: ' +
      'give the store the number of shards that it was begun with, or update it.',
  },
  corrupt: {
    retryable: false,
    message: 'What Redis holds cannot be read: restore it, or delete the key.',
  },
  other: { retryable: false, message: 'Redis failed in a way that is not foreseen: see its own log.' },
};

/**
 * A failure of Redis, told without anything that came from it or went to it: no key, argument, address or password,
 * and no error of the client as its cause. Spec: ST-5
 *
 * @example
 * if (error instanceof StoreError && error.kind === 'full') pager.call(error.message);
 */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly retryable: boolean;

  /** `detail` is public: the code of Redis's own error reply, or the id of a record. */
  constructor(
    readonly kind: StoreErrorKind,
    detail?: string,
  ) {
    super(detail === undefined ? kinds[kind].message : `${kinds[kind].message} (${detail})`);
    this.retryable = kinds[kind].retryable;
  }
}

/** The first word of Redis's error replies, and what it means. */
const replies: ReadonlyMap<string, StoreErrorKind> = new Map([
  ['NOAUTH', 'denied'],
  ['WRONGPASS', 'denied'],
  ['NOPERM', 'denied'],
  ['READONLY', 'read-only'],
  ['OOM', 'full'],
  ['MISCONF', 'full'],
  ['NOREPLICAS', 'unreplicated'],
  ['LOADING', 'busy'],
  ['BUSY', 'busy'],
  ['TRYAGAIN', 'busy'],
  ['MASTERDOWN', 'cluster-down'],
  ['CLUSTERDOWN', 'cluster-down'],
  ['MOVED', 'not-a-cluster-client'],
  ['ASK', 'not-a-cluster-client'],
  ['CROSSSLOT', 'not-a-cluster-client'],
  ['WRONGTYPE', 'corrupt'],
]);

/** The code that an error reply begins with; null for an error of the client or the network. */
export const replyCode = (error: unknown): string | null =>
  error instanceof Error ? (/^-?([A-Z][A-Z0-9_]{2,})(?: |$)/.exec(error.message)?.[1] ?? null) : null;

/** What a client's error comes to, with nothing of the error in it but the code of a reply. */
export function storeErrorOf(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const code = replyCode(error);
  if (code !== null) return new StoreError(replies.get(code) ?? 'other', code);
  if (error instanceof TypeError || error instanceof RangeError) return new StoreError('other');
  const isLate = error instanceof Error && /time(?:d )?-?out/i.test(`${error.name} ${error.message}`);
  return new StoreError(isLate ? 'timeout' : 'unavailable');
}
