/** A range asks for a value: what never happened is in no range. */
const within = (at, range) =>
  range === undefined || (at !== null && at >= (range.from ?? -Infinity) && at < (range.before ?? Infinity));

const endedBefore = ({ expiresAt, revokedAt }, instant) =>
  (expiresAt ?? Infinity) < instant || (revokedAt ?? Infinity) < instant;

/** Newest first; of those created together the greater id first. */
const byPosition = (a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);

const matches = (record, { subject, label, scope, created, used, expires, after }) =>
  (subject === undefined || record.subject === subject) &&
  (label === undefined || record.label.toLowerCase().includes(label.toLowerCase())) &&
  (scope === undefined || record.scope === scope) &&
  within(record.createdAt, created) &&
  within(record.lastUsedAt, used) &&
  within(record.expiresAt, expires) &&
  (after === null || byPosition(after, record) < 0);

/** The tokens that an event is about; who acted matters in events of requests only. */
const idsOf = ({ kind, tokenId, replacedBy, tokenIds = [], actorTokenId }) =>
  kind.startsWith('request-') ? [actorTokenId] : [tokenId, replacedBy, ...tokenIds];

/**
 * The three ports over one Map. Nothing waits between reading and writing, so every operation is one step; a store
 * over a network needs a transaction, or a script that runs inside the database, for the same.
 *
 * @returns {Omit<import('@latchkey/testing').StoreUnderTest, 'close'>}
 */
export function mapStore() {
  const records = new Map();
  const [events, versions] = [[], []];

  const note = (event) => void (event && events.push(structuredClone(event)));
  const isFull = (subject, limit, except) => {
    if (!limit) return false;
    const own = [...records.values()].filter((record) => record.subject === subject && record.id !== except);
    const isLive = (record) => record.revokedAt === null && (record.expiresAt ?? Infinity) > limit.at;
    return own.filter(isLive).length >= limit.live;
  };
  /** Changes a record that is there. The event goes first: taking it is the only part that can fail. */
  const change = (id, event, fields) => {
    note(event);
    records.set(id, { ...records.get(id), ...fields });
  };

  const tokens = {
    capabilities: { durable: false, sharedAcrossProcesses: false, atomicAudit: true },
    async find(id) {
      return { record: structuredClone(records.get(id) ?? null), settingsRevision: versions.length };
    },
    async insert(record, event, limit) {
      if (records.has(record.id)) return 'duplicate';
      if (isFull(record.subject, limit)) return 'limit-reached';
      change(record.id, event, record);
      return 'inserted';
    },
    async list(query) {
      const found = [...records.values()].filter((record) => matches(record, query));
      return structuredClone(found.sort(byPosition).slice(0, query.limit));
    },
    async relabel(id, label, event) {
      if (!records.has(id)) return 'not-found';
      change(id, event, { label });
      return 'relabelled';
    },
    async revoke(id, revokedAt, revokedBy, event) {
      if (!records.has(id)) return 'not-found';
      if (records.get(id).revokedAt !== null) return 'already-revoked';
      change(id, event, { revokedAt, revokedBy });
      return 'revoked';
    },
    async replace({ id, expectedEnd, endsAt }, successor, event, limit) {
      const old = records.get(id);
      if (old === undefined || old.revokedAt !== null || old.expiresAt !== expectedEnd) return 'changed';
      if (records.has(successor.id)) return 'duplicate';
      if (isFull(successor.subject, limit, id)) return 'limit-reached';
      change(id, event, { expiresAt: endsAt });
      change(successor.id, null, successor);
      return 'replaced';
    },
    async touch(uses) {
      for (const { id, at } of uses)
        if (records.get(id)?.revokedAt === null && at > (records.get(id).lastUsedAt ?? -Infinity))
          change(id, null, { lastUsedAt: at });
    },
    async findEnded(before, limit) {
      const ended = [...records.values()].filter((record) => endedBefore(record, before));
      return ended.map(({ id }) => id).slice(0, limit);
    },
    async remove(ids, before, event) {
      const ended = [...new Set(ids)].filter((id) => records.has(id) && endedBefore(records.get(id), before));
      if (ended.length > 0) note(event);
      for (const id of ended) records.delete(id);
      return ended.length;
    },
  };
  const settings = {
    load: async () => structuredClone(versions.at(-1) ?? null),
    async save(document, expectedRevision, event) {
      if (expectedRevision !== versions.length) return 'conflict';
      note(event);
      versions.push({ document: structuredClone(document), revision: expectedRevision + 1 });
      return 'saved';
    },
  };
  const audit = {
    append: async (batch) => batch.forEach(note),
    async list({ kind, actor, tokenId, at, after, limit }) {
      const entries = events.map((event, place) => ({ position: String(place), event })).reverse();
      const found = entries
        .filter(({ position }) => after === null || Number(position) < Number(after))
        .filter(({ event }) => within(event.at, at) && (kind ?? event.kind) === event.kind)
        .filter(({ event }) => actor === undefined || event.actor === actor)
        .filter(({ event }) => tokenId === undefined || idsOf(event).includes(tokenId));
      return structuredClone(found.slice(0, limit));
    },
  };
  return { tokens, settings, audit };
}
