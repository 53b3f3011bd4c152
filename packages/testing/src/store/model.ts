import type { AuditEntry, AuditEvent, InstantRange, LiveLimit, TokenRecord } from '@latchkey/core';
import type { StoreUnderTest } from './case.ts';

const isIn = (at: number | null, range: InstantRange | undefined): boolean => {
  if (range === undefined) return true;
  if (at === null) return false;
  return at >= (range.from ?? Number.NEGATIVE_INFINITY) && at < (range.before ?? Number.POSITIVE_INFINITY);
};

const hasEnded = ({ expiresAt, revokedAt }: TokenRecord, before: number): boolean =>
  [expiresAt, revokedAt].some((at) => at !== null && at < before);

/** The ids that an event is found by. */
function idsIn(event: AuditEvent): readonly (string | null)[] {
  if (event.kind === 'settings-changed') return [];
  if (event.kind === 'tokens-purged') return event.tokenIds;
  if (event.kind === 'token-rotated') return [event.tokenId, event.replacedBy];
  return 'tokenId' in event ? [event.tokenId] : [event.actorTokenId];
}

/** Behind one another in a listing: by creation, then by id, both descending. */
function compare(a: { createdAt: number; id: string }, b: { createdAt: number; id: string }): number {
  if (a.createdAt !== b.createdAt) return a.createdAt > b.createdAt ? -1 : 1;
  if (a.id === b.id) return 0;
  return a.id > b.id ? -1 : 1;
}

/**
 * The slow store that others are compared with: lists that are read from end to end, and every value copied in
 * and out as JSON. It answers each operation in one step. Spec: ST-1…ST-7
 */
export function modelStore(): StoreUnderTest {
  let kept: readonly TokenRecord[] = [];
  let log: readonly AuditEvent[] = [];
  let versions: readonly unknown[] = [];

  const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value));
  const get = (id: string): TokenRecord | undefined => kept.find((record) => record.id === id);
  const change = (id: string, fields: Partial<TokenRecord>): void => {
    kept = kept.map((record) => (record.id === id ? { ...record, ...fields } : record));
  };
  const note = (event: AuditEvent | null | undefined): void => {
    if (event) log = [...log, event];
  };
  const isFull = (subject: string, limit: LiveLimit | null | undefined, except?: string): boolean => {
    if (!limit) return false;
    const own = kept.filter((record) => record.subject === subject && record.id !== except);
    const live = own.filter(
      ({ revokedAt, expiresAt }) => revokedAt === null && (expiresAt ?? Infinity) > limit.at,
    );
    return live.length >= limit.live;
  };

  return {
    tokens: {
      capabilities: { durable: false, sharedAcrossProcesses: false, atomicAudit: true },
      find: async (id) => ({ record: copy(get(id) ?? null), settingsRevision: versions.length }),
      async insert(given, givenEvent, limit) {
        const [record, event] = [copy(given), copy(givenEvent ?? null)];
        if (get(record.id)) return 'duplicate';
        if (isFull(record.subject, limit)) return 'limit-reached';
        kept = [...kept, record];
        note(event);
        return 'inserted';
      },
      async list({ subject, label, scope, created, used, expires, after, limit }) {
        const found = kept
          .filter((record) => subject === undefined || record.subject === subject)
          .filter((record) => label === undefined || record.label.toLowerCase().includes(label.toLowerCase()))
          .filter((record) => scope === undefined || record.scope === scope)
          .filter((record) => isIn(record.createdAt, created))
          .filter((record) => isIn(record.lastUsedAt, used) && isIn(record.expiresAt, expires))
          .filter((record) => after === null || compare(after, record) < 0);
        return copy([...found].sort(compare).slice(0, limit));
      },
      async relabel(id, label, givenEvent) {
        const event = copy(givenEvent);
        if (!get(id)) return 'not-found';
        change(id, { label });
        note(event);
        return 'relabelled';
      },
      async revoke(id, revokedAt, revokedBy, givenEvent) {
        const event = copy(givenEvent);
        const record = get(id);
        if (!record) return 'not-found';
        if (record.revokedAt !== null) return 'already-revoked';
        change(id, { revokedAt, revokedBy });
        note(event);
        return 'revoked';
      },
      async replace({ id, expectedEnd, endsAt }, given, givenEvent, limit) {
        const [successor, event] = [copy(given), copy(givenEvent)];
        const record = get(id);
        if (!record || record.revokedAt !== null || record.expiresAt !== expectedEnd) return 'changed';
        if (get(successor.id)) return 'duplicate';
        if (isFull(successor.subject, limit, id)) return 'limit-reached';
        change(id, { expiresAt: endsAt });
        kept = [...kept, successor];
        note(event);
        return 'replaced';
      },
      async touch(uses) {
        for (const { id, at } of uses) {
          const record = get(id);
          if (record && record.revokedAt === null && at > (record.lastUsedAt ?? Number.NEGATIVE_INFINITY))
            change(id, { lastUsedAt: at });
        }
      },
      async findEnded(before, limit) {
        const ended = kept.filter((record) => hasEnded(record, before));
        return ended.map(({ id }) => id).slice(0, limit);
      },
      async remove(ids, endedBefore, givenEvent) {
        const event = copy(givenEvent);
        const left = kept.filter((record) => !ids.includes(record.id) || !hasEnded(record, endedBefore));
        const removed = kept.length - left.length;
        kept = left;
        if (removed > 0) note(event);
        return removed;
      },
    },
    settings: {
      load: async () =>
        versions.length === 0 ? null : { document: copy(versions.at(-1)), revision: versions.length },
      async save(given, expectedRevision, givenEvent) {
        const [settings, event] = [copy(given), copy(givenEvent ?? null)];
        if (expectedRevision !== versions.length) return 'conflict';
        versions = [...versions, settings];
        note(event);
        return 'saved';
      },
    },
    audit: {
      async append(events) {
        log = [...log, ...copy(events)];
      },
      async list({ kind, actor, tokenId, at, after, limit }) {
        const entries: AuditEntry[] = log.map((event, place) => ({ position: String(place), event }));
        const found = entries
          .filter(({ position }) => after === null || Number(position) < Number(after))
          .filter(({ event }) => kind === undefined || event.kind === kind)
          .filter(({ event }) => actor === undefined || event.actor === actor)
          .filter(({ event }) => tokenId === undefined || idsIn(event).includes(tokenId))
          .filter(({ event }) => isIn(event.at, at));
        return copy(found.reverse().slice(0, limit));
      },
    },
    close: async () => {},
    reopen: async () => modelStore(),
  };
}
