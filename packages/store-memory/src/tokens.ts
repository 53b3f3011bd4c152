import type {
  EpochMs,
  InstantRange,
  LiveLimit,
  SubjectId,
  TokenPosition,
  TokenQuery,
  TokenRecord,
  TokenStore,
} from '@latchkey/core';
import type { MemoryLog } from './audit.ts';
import { add, behind, type Order, orderBy, remove } from './order.ts';

/** A record as it is kept: one object for all indexes, changed in place and never handed out. */
type Entry = { -readonly [K in keyof TokenRecord]: TokenRecord[K] };

const copy = (record: TokenRecord): Entry => ({ ...record });

const within = (at: EpochMs | null, range: InstantRange | undefined): boolean =>
  range === undefined ||
  (at !== null &&
    (range.from === undefined || at >= range.from) &&
    (range.before === undefined || at < range.before));

const matches = (record: TokenRecord, query: TokenQuery): boolean =>
  (query.subject === undefined || record.subject === query.subject) &&
  (query.label === undefined || record.label.toLowerCase().includes(query.label.toLowerCase())) &&
  (query.scope === undefined || record.scope === query.scope) &&
  within(record.createdAt, query.created) &&
  within(record.lastUsedAt, query.used) &&
  within(record.expiresAt, query.expires);

const endedBefore = (record: TokenRecord, instant: EpochMs): boolean =>
  (record.expiresAt !== null && record.expiresAt < instant) ||
  (record.revokedAt !== null && record.revokedAt < instant);

/** The order of listings. Spec: ST-6 */
const isOlder = (a: TokenPosition, b: TokenPosition): boolean =>
  a.createdAt < b.createdAt || (a.createdAt === b.createdAt && a.id < b.id);

/** A place among the tokens of a subject. */
type OwnPosition = TokenPosition & Pick<TokenRecord, 'subject'>;

/** By subject, then as in listings. */
const isOwnBefore = (a: OwnPosition, b: OwnPosition): boolean =>
  a.subject < b.subject || (a.subject === b.subject && isOlder(a, b));

/** Behind every record that could be. */
const newest: TokenPosition = { createdAt: Number.POSITIVE_INFINITY, id: '' };

/** Records by id, in the order of listings, and in the same order by subject. Spec: ST-1…ST-3, ST-6, ST-7 */
export function tokenStore(log: MemoryLog, settingsRevision: () => number): TokenStore {
  const entries = new Map<string, Entry>();
  const all: Order<TokenPosition, Entry> = orderBy(isOlder);
  const bySubject: Order<OwnPosition, Entry> = orderBy(isOwnBefore);

  /** What a subject has behind a position, newest first. */
  function* ownedBy(subject: SubjectId, { createdAt, id }: TokenPosition): Generator<Entry> {
    for (const entry of behind(bySubject, { subject, createdAt, id })) {
      if (entry.subject !== subject) return;
      yield entry;
    }
  }

  const keep = (record: TokenRecord): void => {
    const entry = copy(record);
    // One text for all tokens of a subject: each came with a text of its own.
    for (const { subject } of ownedBy(record.subject, newest)) {
      entry.subject = subject;
      break;
    }
    if (entry.issuedBy === entry.subject) entry.issuedBy = entry.subject;
    entries.set(entry.id, entry);
    add(all, entry);
    add(bySubject, entry);
  };
  const drop = (entry: Entry): void => {
    entries.delete(entry.id);
    remove(all, entry);
    remove(bySubject, entry);
  };
  const isFull = (subject: SubjectId, limit: LiveLimit, except?: string): boolean => {
    let live = 0;
    for (const { id, revokedAt, expiresAt } of ownedBy(subject, newest))
      if (id !== except && revokedAt === null && (expiresAt === null || expiresAt > limit.at)) live++;
    return live >= limit.live;
  };

  return {
    capabilities: { durable: false, sharedAcrossProcesses: false, atomicAudit: true },
    async find(id) {
      const entry = entries.get(id);
      return { record: entry === undefined ? null : copy(entry), settingsRevision: settingsRevision() };
    },
    async insert(record, event = null, limit = null) {
      if (entries.has(record.id)) return 'duplicate';
      if (limit !== null && isFull(record.subject, limit)) return 'limit-reached';
      // Writing the event is the only part that can fail, so it comes first, here and below.
      if (event !== null) log.write(event);
      keep(record);
      return 'inserted';
    },
    async list(query) {
      const found = [];
      const { subject, after } = query;
      const listed = subject === undefined ? behind(all, after) : ownedBy(subject, after ?? newest);
      for (const entry of listed) {
        if (found.length === query.limit) break;
        if (matches(entry, query)) found.push(copy(entry));
      }
      return found;
    },
    async relabel(id, label, event) {
      const entry = entries.get(id);
      if (entry === undefined) return 'not-found';
      log.write(event);
      entry.label = label;
      return 'relabelled';
    },
    async revoke(id, at, by, event) {
      const entry = entries.get(id);
      if (entry === undefined) return 'not-found';
      if (entry.revokedAt !== null) return 'already-revoked';
      log.write(event);
      entry.revokedAt = at;
      entry.revokedBy = by;
      return 'revoked';
    },
    async replace(old, successor, event, limit) {
      const entry = entries.get(old.id);
      if (entry === undefined || entry.revokedAt !== null || entry.expiresAt !== old.expectedEnd)
        return 'changed';
      if (entries.has(successor.id)) return 'duplicate';
      if (isFull(successor.subject, limit, old.id)) return 'limit-reached';
      log.write(event);
      entry.expiresAt = old.endsAt;
      keep(successor);
      return 'replaced';
    },
    async touch(uses) {
      for (const { id, at } of uses) {
        const entry = entries.get(id);
        if (entry === undefined || entry.revokedAt !== null) continue;
        if (entry.lastUsedAt === null || entry.lastUsedAt < at) entry.lastUsedAt = at;
      }
    },
    async findEnded(instant, limit) {
      const ids = [];
      for (const entry of entries.values()) {
        if (ids.length === limit) break;
        if (endedBefore(entry, instant)) ids.push(entry.id);
      }
      return ids;
    },
    async remove(ids, instant, event) {
      const named = [...new Set(ids)].map((id) => entries.get(id));
      const ended = named.filter((entry) => entry !== undefined && endedBefore(entry, instant));
      if (ended.length > 0) log.write(event);
      for (const entry of ended) if (entry !== undefined) drop(entry);
      return ended.length;
    },
  };
}
