import type { AuditEntry, AuditEvent, AuditQuery } from '@latchkey/core';
import { type BrokenStore, breakStore, broken } from './store.ts';

const hiding = (id: string, title: string, isHidden: (event: AuditEvent) => boolean): BrokenStore =>
  broken(id, title, ({ audit }) => ({
    audit: {
      async list(query) {
        const found = await audit.list({ ...query, limit: 100_000 });
        return found.filter(({ event }) => !isHidden(event)).slice(0, query.limit);
      },
    },
  }));

const withoutAt = ({ at: _, ...query }: AuditQuery): AuditQuery => query;

/** Stores whose settings, log or promises are wrong. */
export const brokenPlaces: readonly BrokenStore[] = [
  broken('save-without-compare', 'SE-5 saves over whatever stands', ({ settings }) => ({
    settings: {
      save: async (document, _expected, event) =>
        settings.save(document, (await settings.load())?.revision ?? 0, event),
    },
  })),
  broken('save-from-one', 'SE-5 begins with revision 0', ({ settings }) => ({
    settings: {
      async load() {
        const loaded = await settings.load();
        return loaded === null ? null : { ...loaded, revision: loaded.revision - 1 };
      },
    },
  })),
  broken('settings-default', 'SE-4 answers a document where none was saved', ({ settings }) => ({
    settings: { load: async () => (await settings.load()) ?? { document: {}, revision: 0 } },
  })),
  broken('settings-judged', 'SE-4 answers null for a document that it does not know', ({ settings }) => ({
    settings: {
      async load() {
        const loaded = await settings.load();
        return (loaded?.document as { version?: unknown } | undefined)?.version === 1 ? loaded : null;
      },
    },
  })),
  broken('settings-by-reference', 'ST-2 answers with the settings that it keeps', ({ settings }) => {
    let kept: Awaited<ReturnType<typeof settings.load>> = null;
    return {
      settings: {
        async load() {
          const loaded = await settings.load();
          if (kept?.revision !== loaded?.revision) kept = loaded === null ? null : { ...loaded };
          return kept === null || loaded === null ? loaded : { ...loaded, document: kept.document };
        },
      },
    };
  }),
  hiding(
    'event-lost-relabel',
    'TK-7 leaves no event of relabelling',
    ({ kind }) => kind === 'token-relabelled',
  ),
  hiding(
    'event-lost-settings',
    'TK-7 leaves no event of a settings change',
    ({ kind }) => kind === 'settings-changed',
  ),
  broken('event-lost-insert', 'ST-3 keeps a token and forgets its event', ({ tokens }) => ({
    tokens: { insert: (record, _event, limit) => tokens.insert(record, null, limit) },
  })),
  broken('event-of-refusal', 'ST-3 notes a revocation that was refused', ({ tokens, audit }) => ({
    tokens: {
      async revoke(id, at, by, event) {
        const word = await tokens.revoke(id, at, by, event);
        if (word !== 'revoked') await audit.append([event]);
        return word;
      },
    },
  })),
  broken('event-of-nothing', 'ST-3 notes a purge that removed nothing', ({ tokens, audit }) => ({
    tokens: {
      async remove(ids, before, event) {
        const removed = await tokens.remove(ids, before, event);
        if (removed === 0) await audit.append([event]);
        return removed;
      },
    },
  })),
  broken('log-by-instant', 'TK-7 orders the log by instants', ({ audit }) => ({
    audit: {
      async list(query) {
        const found = await audit.list({ ...query, limit: 100_000 });
        return [...found].sort((a, b) => b.event.at - a.event.at).slice(0, query.limit);
      },
    },
  })),
  broken('log-deduplicated', 'TK-7 keeps events that are the same once', ({ audit }) => ({
    audit: {
      async append(events) {
        const kept = (await audit.list({ after: null, limit: 100_000 })).map(({ event }) =>
          JSON.stringify(event),
        );
        await audit.append(events.filter((event) => !kept.includes(JSON.stringify(event))));
      },
    },
  })),
  broken('log-repeats', 'ST-6 shows the last entry of a page again', ({ audit }) => ({
    audit: {
      async list(query) {
        if (query.after === null) return audit.list(query);
        const all = await audit.list({ ...query, after: null, limit: 100_000 });
        const place = all.findIndex(({ position }) => position === query.after);
        return all.slice(Math.max(0, place)).slice(0, query.limit);
      },
    },
  })),
  broken('log-of-one-id', 'TK-7 finds a rotation by the old token only', ({ audit }) => ({
    audit: {
      async list(query) {
        const found = await audit.list({ ...query, limit: 100_000 });
        const isFound = (event: AuditEvent) =>
          query.tokenId === undefined || event.kind !== 'token-rotated' || event.tokenId === query.tokenId;
        return found.filter(({ event }) => isFound(event)).slice(0, query.limit);
      },
    },
  })),
  broken('log-actor-without-case', 'TK-7 takes actors for the same that differ in case', ({ audit }) => ({
    audit: {
      async list({ actor, ...query }) {
        const found = await audit.list({ ...query, limit: 100_000 });
        const isFound = (event: AuditEvent) =>
          actor === undefined || event.actor?.toLowerCase() === actor.toLowerCase();
        return found.filter(({ event }) => isFound(event)).slice(0, query.limit);
      },
    },
  })),
  broken('append-nothing-fails', 'TK-7 fails where there is nothing to append', ({ audit }) => ({
    audit: {
      async append(events) {
        if (events.length === 0) throw new Error('no rows to insert');
        await audit.append(events);
      },
    },
  })),
  broken('event-made-up', 'SE-5 notes a save that came without an event', ({ settings }) => {
    const origin = { at: 0, actor: 'nobody', actorTokenId: null, address: null };
    return {
      settings: {
        save: (document, expected, event) =>
          settings.save(
            document,
            expected,
            event ?? { kind: 'settings-changed', ...origin, revision: expected + 1, changes: [] },
          ),
      },
    };
  }),
  broken('log-with-end', 'TK-7 includes the end of a range', ({ audit }) => ({
    audit: {
      async list(query) {
        const found = await audit.list({ ...withoutAt(query), limit: 100_000 });
        const { from = 0, before = Number.POSITIVE_INFINITY } = query.at ?? {};
        return found.filter(({ event }) => event.at >= from && event.at <= before).slice(0, query.limit);
      },
    },
  })),
  broken('log-positions-free', 'TK-7 gives positions that are no cursors', ({ audit }) => ({
    audit: {
      async list(query) {
        const found = await audit.list({ ...query, after: query.after?.slice(2) ?? null });
        return found.map(({ position, event }) => ({ position: `::${position}`, event }));
      },
    },
  })),
  broken('claims-durable', 'ST-4 says that it is durable, and is not', ({ tokens }) => ({
    tokens: { capabilities: { ...tokens.capabilities, durable: true } },
  })),
  broken('claims-shared', 'ST-4 says that it is shared, and is not', ({ tokens }) => ({
    tokens: { capabilities: { ...tokens.capabilities, sharedAcrossProcesses: true } },
  })),
  broken('hides-durable', 'ST-4 says that it is not durable, and is', (inner) => ({
    reopen: async () => ({ ...inner, close: async () => {} }),
    tokens: { capabilities: { ...inner.tokens.capabilities, durable: false, sharedAcrossProcesses: false } },
  })),
  broken('shared-with-cache', 'ST-1 a second connection answers from its cache', (inner) => ({
    tokens: { capabilities: { ...inner.tokens.capabilities, sharedAcrossProcesses: true } },
    async reopen() {
      const cache = new Map<string, Awaited<ReturnType<typeof inner.tokens.find>>>();
      const find = async (id: string) => {
        const answer = cache.get(id) ?? (await inner.tokens.find(id));
        cache.set(id, answer);
        return answer;
      };
      return { ...breakStore(inner, { tokens: { find } }), close: async () => {} };
    },
  })),
  broken('hides-atomic', 'ST-4 says that it is not atomic, and is', ({ tokens }) => ({
    breakBetweenWrites: async () => {},
    tokens: { capabilities: { ...tokens.capabilities, atomicAudit: false } },
  })),
  broken('log-of-actors', 'TK-7 finds an operation by the token of the actor', ({ audit }) => ({
    audit: {
      async list({ tokenId, ...query }) {
        const found = await audit.list({ ...query, limit: 100_000 });
        const about = await audit.list({
          ...query,
          ...(tokenId === undefined ? {} : { tokenId }),
          limit: 100_000,
        });
        const positions = new Set(about.map(({ position }) => position));
        const isFound = ({ position, event }: AuditEntry) =>
          positions.has(position) || event.actorTokenId === tokenId;
        return found.filter(isFound).slice(0, query.limit);
      },
    },
  })),
  broken('capability-missing', 'ST-4 does not say whether it is atomic', ({ tokens }) => {
    const { atomicAudit: _, ...capabilities } = tokens.capabilities;
    return { tokens: { capabilities: capabilities as typeof tokens.capabilities } };
  }),
];
