import type { EpochMs, InstantRange, LiveLimit, TokenQuery, TokenRecord, TokenStore } from '@latchkey/core';
import type { MemoryLog } from './audit.ts';
import { add, behind, type Order, remove } from './order.ts';

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

/** Records by id, in the order of listings, and those of each subject in the same order. Spec: ST-1…ST-3, ST-6, ST-7 */
export function tokenStore(log: MemoryLog, settingsRevision: () => number): TokenStore {
  const entries = new Map<string, Entry>();
  const all: Order<Entry> = [];
  const ofSubject = new Map<string, Order<Entry>>();

  const keep = (record: TokenRecord): void => {
    const entry = copy(record);
    entries.set(entry.id, entry);
    add(all, entry);
    const own = ofSubject.get(entry.subject);
    if (own === undefined) ofSubject.set(entry.subject, [[entry]]);
    else add(own, entry);
  };
  const drop = (entry: Entry): void => {
    entries.delete(entry.id);
    remove(all, entry);
    const own = ofSubject.get(entry.subject) ?? [];
    remove(own, entry);
    if (own.length === 0) ofSubject.delete(entry.subject);
  };
  const isFull = (subject: string, limit: LiveLimit, except?: string): boolean => {
    let live = 0;
    for (const { id, revokedAt, expiresAt } of behind(ofSubject.get(subject) ?? [], null))
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
      const listed = query.subject === undefined ? all : (ofSubject.get(query.subject) ?? []);
      for (const entry of behind(listed, query.after)) {
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
    async findEnded(before, limit) {
      const ids = [];
      for (const entry of entries.values()) {
        if (ids.length === limit) break;
        if (endedBefore(entry, before)) ids.push(entry.id);
      }
      return ids;
    },
    async remove(ids, before, event) {
      const named = [...new Set(ids)].map((id) => entries.get(id));
      const ended = named.filter((entry) => entry !== undefined && endedBefore(entry, before));
      if (ended.length > 0) log.write(event);
      for (const entry of ended) if (entry !== undefined) drop(entry);
      return ended.length;
    },
  };
}
