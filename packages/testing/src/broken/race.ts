import { type BrokenStore, broken, overlay, pause } from './store.ts';

/** Stores that read, wait and write, each right as long as it is alone. */
export const brokenRaces: readonly BrokenStore[] = [
  broken('insert-checks-first', 'ST-3 two inserts of an id both succeed', (inner) => {
    const { change, reading } = overlay(inner);
    return {
      tokens: {
        ...reading,
        async insert(record, event, limit) {
          if ((await inner.tokens.find(record.id)).record !== null) return 'duplicate';
          await pause();
          const word = await inner.tokens.insert(record, event, limit);
          if (word !== 'duplicate') return word;
          change(record.id, record);
          return 'inserted';
        },
      },
    };
  }),
  broken('limit-checks-first', 'TK-8 inserts at the same time exceed the limit', ({ tokens }) => ({
    tokens: {
      async insert(record, event, limit) {
        const { record: taken } = await tokens.find(record.id);
        const own = await tokens.list({ subject: record.subject, after: null, limit: 1000 });
        const live = own.filter(
          ({ revokedAt, expiresAt }) => revokedAt === null && (expiresAt ?? Infinity) > (limit?.at ?? 0),
        );
        if (limit && live.length >= limit.live && taken === null) return 'limit-reached';
        await pause();
        return tokens.insert(record, event, null);
      },
    },
  })),
  broken('touch-writes-back', 'ST-3 a touch writes back the record that it read, not revoked', (inner) => {
    const { change, reading } = overlay(inner);
    return {
      tokens: {
        ...reading,
        async touch(uses) {
          const ids = uses.map(({ id }) => id);
          const before = await Promise.all(ids.map(async (id) => (await inner.tokens.find(id)).record));
          await pause();
          await inner.tokens.touch(uses);
          for (const record of before)
            if (record?.revokedAt === null) change(record.id, { revokedAt: null, revokedBy: null });
        },
        async revoke(id, at, by, event) {
          const word = await inner.tokens.revoke(id, at, by, event);
          if (word === 'revoked') change(id, { revokedAt: at, revokedBy: by });
          return word;
        },
      },
    };
  }),
  broken('touch-compares-first', 'TK-6 of two touches the earlier use may stand', (inner) => {
    const { change, reading } = overlay(inner);
    return {
      tokens: {
        ...reading,
        async touch(uses) {
          for (const { id, at } of uses) {
            const { record } = await reading.find(id);
            if (record === null || record.revokedAt !== null || (record.lastUsedAt ?? -1) >= at) continue;
            await pause();
            await inner.tokens.touch([{ id, at }]);
            if ((await inner.tokens.find(id)).record?.revokedAt === null) change(id, { lastUsedAt: at });
          }
        },
      },
    };
  }),
  broken(
    'relabel-writes-back',
    'ST-3 relabelling writes back the record that it read, not revoked',
    (inner) => {
      const { change, reading } = overlay(inner);
      return {
        tokens: {
          ...reading,
          async relabel(id, label, event) {
            const { record } = await inner.tokens.find(id);
            await pause();
            const word = await inner.tokens.relabel(id, label, event);
            if (record?.revokedAt === null) change(id, { revokedAt: null, revokedBy: null });
            return word;
          },
          async revoke(id, at, by, event) {
            const word = await inner.tokens.revoke(id, at, by, event);
            if (word === 'revoked') change(id, { revokedAt: at, revokedBy: by });
            return word;
          },
        },
      };
    },
  ),
  broken('revoke-checks-first', 'ST-3 two revocations are both the first', (inner) => {
    const { change, reading } = overlay(inner);
    return {
      tokens: {
        ...reading,
        async revoke(id, at, by, event) {
          const { record } = await inner.tokens.find(id);
          if (record === null) return 'not-found';
          if (record.revokedAt !== null) return 'already-revoked';
          await pause();
          if ((await inner.tokens.revoke(id, at, by, event)) === 'already-revoked')
            await inner.audit.append([event]);
          change(id, { revokedAt: at, revokedBy: by });
          return 'revoked';
        },
      },
    };
  }),
  broken('replace-checks-first', 'ST-3 rotation overtakes a revocation', ({ tokens }) => ({
    tokens: {
      async replace(old, successor, event, limit) {
        const { record } = await tokens.find(old.id);
        const fits = record !== null && record.revokedAt === null && record.expiresAt === old.expectedEnd;
        await pause();
        const word = await tokens.replace(old, successor, event, limit);
        if (word !== 'changed' || !fits) return word;
        return (await tokens.insert(successor, event, null)) === 'inserted' ? 'replaced' : word;
      },
    },
  })),
  broken('replace-limit-first', 'TK-8 rotation counts before it writes', ({ tokens }) => ({
    tokens: {
      async replace(old, successor, event, limit) {
        const listing = tokens.list({ subject: successor.subject, after: null, limit: 1000 });
        const [{ record }, taken] = await Promise.all([tokens.find(old.id), tokens.find(successor.id)]);
        const fits = record !== null && record.revokedAt === null && record.expiresAt === old.expectedEnd;
        const others = (await listing).filter(({ id, revokedAt }) => id !== old.id && revokedAt === null);
        const live = others.filter(({ expiresAt }) => (expiresAt ?? Number.POSITIVE_INFINITY) > limit.at);
        if (live.length >= limit.live && fits && taken.record === null) return 'limit-reached';
        await pause();
        return tokens.replace(old, successor, event, { ...limit, live: 1_000_000 });
      },
    },
  })),
  broken('remove-checks-first', 'ST-3 a purge deletes what was replaced meanwhile', ({ tokens }) => ({
    tokens: {
      async remove(ids, before, event) {
        const ended = new Set(await tokens.findEnded(before, 1_000_000));
        await pause();
        const due = ids.filter((id) => ended.has(id));
        return due.length === 0 ? 0 : tokens.remove(due, Number.MAX_SAFE_INTEGER, event);
      },
    },
  })),
  broken('remove-counts-first', 'ST-7 purges at the same time count a record twice', ({ tokens }) => ({
    tokens: {
      async remove(ids, before, event) {
        const ended = new Set(await tokens.findEnded(before, 1_000_000));
        await pause();
        await tokens.remove(ids, before, event);
        return new Set(ids.filter((id) => ended.has(id))).size;
      },
    },
  })),
  broken('relabel-brings-back', 'ST-3 relabelling brings back a purged token', ({ tokens }) => ({
    tokens: {
      async relabel(id, label, event) {
        const { record } = await tokens.find(id);
        await pause();
        const word = await tokens.relabel(id, label, event);
        if (record === null || word === 'relabelled') return word;
        await tokens.insert({ ...record, label }, event, null);
        return 'relabelled';
      },
    },
  })),
  broken('find-behind', 'ST-1 a look-up answers what stood a moment ago', ({ tokens }) => {
    const stale = new Map<string, Awaited<ReturnType<typeof tokens.find>>>();
    return {
      tokens: {
        async find(id) {
          const current = await tokens.find(id);
          const last = stale.get(id);
          if (last === undefined) setTimeout(() => stale.delete(id), 1);
          stale.set(id, last ?? current);
          return last ?? current;
        },
      },
    };
  }),
  broken('save-compares-first', 'SE-5 two saves over one revision both succeed', ({ settings }) => ({
    settings: {
      async save(document, expected, event) {
        if (((await settings.load())?.revision ?? 0) !== expected) return 'conflict';
        await pause();
        return settings.save(document, (await settings.load())?.revision ?? 0, event);
      },
    },
  })),
  broken(
    'revision-behind',
    'ST-1 a look-up may tell a revision older than one acknowledged',
    ({ tokens, settings }) => {
      let revision = 0;
      return {
        tokens: {
          find: async (id) => ({ ...(await tokens.find(id)), settingsRevision: revision }),
        },
        settings: {
          async save(document, expected, event) {
            const word = await settings.save(document, expected, event);
            if (word === 'saved')
              queueMicrotask(() => queueMicrotask(() => queueMicrotask(() => (revision = expected + 1))));
            return word;
          },
        },
      };
    },
  ),
];
