import type { EpochMs, InstantRange, LiveLimit, TokenQuery, TokenRecord, TokenStore } from '@latchkey/core';
import type { MemoryLog } from './audit.ts';

const copy = (record: TokenRecord): TokenRecord => ({ ...record });

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
  within(record.expiresAt, query.expires) &&
  (query.after === null ||
    record.createdAt < query.after.createdAt ||
    (record.createdAt === query.after.createdAt && record.id < query.after.id));

const newestFirst = (a: TokenRecord, b: TokenRecord): number =>
  b.createdAt - a.createdAt || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);

const endedBefore = (record: TokenRecord, instant: EpochMs): boolean =>
  (record.expiresAt !== null && record.expiresAt < instant) ||
  (record.revokedAt !== null && record.revokedAt < instant);

/** Records in a map, with the ids of each subject beside it for the limit. Spec: ST-1…ST-3, ST-6, ST-7 */
export function tokenStore(log: MemoryLog, settingsRevision: () => number): TokenStore {
  const records = new Map<string, TokenRecord>();
  const idsOfSubject = new Map<string, Set<string>>();

  const keep = (record: TokenRecord): void => {
    records.set(record.id, copy(record));
    const ids = idsOfSubject.get(record.subject);
    if (ids === undefined) idsOfSubject.set(record.subject, new Set([record.id]));
    else ids.add(record.id);
  };
  const drop = (record: TokenRecord): void => {
    records.delete(record.id);
    const ids = idsOfSubject.get(record.subject);
    ids?.delete(record.id);
    if (ids?.size === 0) idsOfSubject.delete(record.subject);
  };
  const isFull = (subject: string, limit: LiveLimit, except?: string): boolean => {
    let live = 0;
    for (const id of idsOfSubject.get(subject) ?? []) {
      const record = records.get(id);
      if (record === undefined || id === except || record.revokedAt !== null) continue;
      if (record.expiresAt === null || record.expiresAt > limit.at) live++;
    }
    return live >= limit.live;
  };

  return {
    capabilities: { durable: false, sharedAcrossProcesses: false, atomicAudit: true },
    async find(id) {
      const record = records.get(id);
      return { record: record === undefined ? null : copy(record), settingsRevision: settingsRevision() };
    },
    async insert(record, event, limit) {
      if (records.has(record.id)) return 'duplicate';
      if (limit !== null && isFull(record.subject, limit)) return 'limit-reached';
      keep(record);
      if (event !== null) log.write(event);
      return 'inserted';
    },
    async list(query) {
      const found = [...records.values()].filter((record) => matches(record, query));
      return found.sort(newestFirst).slice(0, query.limit).map(copy);
    },
    async relabel(id, label, event) {
      const record = records.get(id);
      if (record === undefined) return 'not-found';
      records.set(id, { ...record, label });
      log.write(event);
      return 'relabelled';
    },
    async revoke(id, at, by, event) {
      const record = records.get(id);
      if (record === undefined) return 'not-found';
      if (record.revokedAt !== null) return 'already-revoked';
      records.set(id, { ...record, revokedAt: at, revokedBy: by });
      log.write(event);
      return 'revoked';
    },
    async replace(old, successor, event, limit) {
      const record = records.get(old.id);
      if (record === undefined || record.revokedAt !== null || record.expiresAt !== old.expectedEnd)
        return 'changed';
      if (records.has(successor.id)) return 'duplicate';
      if (isFull(successor.subject, limit, old.id)) return 'limit-reached';
      records.set(old.id, { ...record, expiresAt: old.endsAt });
      keep(successor);
      log.write(event);
      return 'replaced';
    },
    async touch(uses) {
      for (const { id, at } of uses) {
        const record = records.get(id);
        if (record === undefined || record.revokedAt !== null) continue;
        if (record.lastUsedAt === null || record.lastUsedAt < at)
          records.set(id, { ...record, lastUsedAt: at });
      }
    },
    async findEnded(before, limit) {
      const ids = [];
      for (const record of records.values()) {
        if (ids.length === limit) break;
        if (endedBefore(record, before)) ids.push(record.id);
      }
      return ids;
    },
    async remove(ids, before, event) {
      const ended = ids
        .map((id) => records.get(id))
        .filter((record) => record !== undefined && endedBefore(record, before));
      for (const record of ended) if (record !== undefined) drop(record);
      if (ended.length > 0) log.write(event);
      return ended.length;
    },
  };
}
