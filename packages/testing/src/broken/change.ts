import { type BrokenStore, broken, everything, overlay } from './store.ts';

/** Stores that change records wrongly, one operation at a time. */
export const brokenChanges: readonly BrokenStore[] = [
  broken('revive-by-touch', 'ST-3 a touch revives a revoked token', (inner) => {
    const { change, reading } = overlay(inner);
    return {
      tokens: {
        ...reading,
        async touch(uses) {
          await inner.tokens.touch(uses);
          for (const { id } of uses) change(id, { revokedAt: null, revokedBy: null });
        },
      },
    };
  }),
  broken('touch-revoked', 'TK-6 touches a revoked token', (inner) => {
    const { change, reading } = overlay(inner);
    return {
      tokens: {
        ...reading,
        async touch(uses) {
          for (const { id, at } of uses) {
            const { record } = await inner.tokens.find(id);
            if (record !== null && record.revokedAt !== null) change(id, { lastUsedAt: at });
          }
          await inner.tokens.touch(uses);
        },
      },
    };
  }),
  broken('touch-backward', 'TK-6 the last use moves backwards', (inner) => {
    const { change, reading } = overlay(inner);
    return {
      tokens: {
        ...reading,
        async touch(uses) {
          await inner.tokens.touch(uses);
          for (const { id, at } of uses)
            if ((await inner.tokens.find(id)).record?.revokedAt === null) change(id, { lastUsedAt: at });
        },
      },
    };
  }),
  broken('touch-misses-first', 'TK-6 gives a token that was never used no stamp', ({ tokens }) => ({
    tokens: {
      async touch(uses) {
        for (const use of uses)
          if (((await tokens.find(use.id)).record?.lastUsedAt ?? null) !== null) await tokens.touch([use]);
      },
    },
  })),
  broken('touch-first-of-batch', 'TK-6 notes only the first use of a batch', ({ tokens }) => ({
    tokens: { touch: (uses) => tokens.touch(uses.slice(0, 1)) },
  })),
  broken('touch-unknown-fails', 'TK-6 fails at a use of a token that is gone', ({ tokens }) => ({
    tokens: {
      async touch(uses) {
        for (const { id } of uses)
          if ((await tokens.find(id)).record === null) throw new Error('no such token');
        await tokens.touch(uses);
      },
    },
  })),
  broken('revoke-last-wins', 'ST-3 the last revocation stands', (inner) => {
    const { change, reading } = overlay(inner);
    return {
      tokens: {
        ...reading,
        async revoke(id, at, by, event) {
          const word = await inner.tokens.revoke(id, at, by, event);
          if (word === 'already-revoked') change(id, { revokedAt: at, revokedBy: by });
          return word;
        },
      },
    };
  }),
  broken('revoke-always-new', 'ST-2 says of every revocation that it is the first', ({ tokens }) => ({
    tokens: {
      async revoke(id, at, by, event) {
        const word = await tokens.revoke(id, at, by, event);
        return word === 'already-revoked' ? 'revoked' : word;
      },
    },
  })),
  broken('revoke-judges', 'ST-2 takes an expired token for one that is not there', ({ tokens }) => ({
    tokens: {
      async revoke(id, at, by, event) {
        const expiresAt = (await tokens.find(id)).record?.expiresAt ?? null;
        return expiresAt !== null && expiresAt <= at ? 'not-found' : tokens.revoke(id, at, by, event);
      },
    },
  })),
  broken('relabel-creates', 'ST-2 says of what is not there that it was relabelled', ({ tokens }) => ({
    tokens: {
      async relabel(id, label, event) {
        await tokens.relabel(id, label, event);
        return 'relabelled';
      },
    },
  })),
  broken('replace-ignores-revoked', 'TK-5 replaces a revoked token', ({ tokens }) => ({
    tokens: {
      async replace(old, successor, event, limit) {
        const word = await tokens.replace(old, successor, event, limit);
        const isRevoked =
          word === 'changed' && ((await tokens.find(old.id)).record?.revokedAt ?? null) !== null;
        if (!isRevoked || (await tokens.insert(successor, event, null)) !== 'inserted') return word;
        return 'replaced';
      },
    },
  })),
  broken('replace-creates', 'ST-2 replaces what is not there', ({ tokens }) => ({
    tokens: {
      async replace(old, successor, event, limit) {
        const isMissing = (await tokens.find(old.id)).record === null;
        if (!isMissing) return tokens.replace(old, successor, event, limit);
        return (await tokens.insert(successor, event, limit)) === 'inserted' ? 'replaced' : 'changed';
      },
    },
  })),
  broken('replace-ignores-end', 'ST-3 replaces a token whose end is not the expected one', ({ tokens }) => ({
    tokens: {
      async replace(old, successor, event, limit) {
        const expectedEnd = (await tokens.find(old.id)).record?.expiresAt ?? null;
        return tokens.replace({ ...old, expectedEnd }, successor, event, limit);
      },
    },
  })),
  broken('replace-leaves-end', 'TK-5 gives the replaced token no new end', (inner) => {
    const { change, reading } = overlay(inner);
    return {
      tokens: {
        ...reading,
        async replace(old, successor, event, limit) {
          const word = await inner.tokens.replace(old, successor, event, limit);
          if (word === 'replaced') change(old.id, { expiresAt: old.expectedEnd });
          return word;
        },
      },
    };
  }),
  broken('replace-counts-old', 'TK-8 counts the replaced token towards the limit', ({ tokens }) => ({
    tokens: {
      replace: (old, successor, event, limit) =>
        tokens.replace(old, successor, event, { ...limit, live: limit.live - 1 }),
    },
  })),
  broken('limit-off-by-one', 'TK-8 allows one live token too many', ({ tokens }) => ({
    tokens: {
      insert: (record, event, limit) =>
        tokens.insert(record, event, limit ? { ...limit, live: limit.live + 1 } : null),
    },
  })),
  broken('limit-counts-ended', 'TK-8 counts tokens that ended', (inner) => ({
    tokens: {
      async insert(record, event, limit) {
        const own = await inner.tokens.list({ subject: record.subject, after: null, limit: 1000 });
        if (limit && own.length >= limit.live && !own.some(({ id }) => id === record.id))
          return 'limit-reached';
        return inner.tokens.insert(record, event, limit);
      },
    },
  })),
  broken('limit-of-all', 'TK-8 counts the tokens of all subjects together', (inner) => ({
    tokens: {
      async insert(record, event, limit) {
        const live = (await everything(inner)).filter(
          ({ revokedAt, expiresAt }) => revokedAt === null && expiresAt === null,
        );
        if (limit && live.length >= limit.live && !live.some(({ id }) => id === record.id))
          return 'limit-reached';
        return inner.tokens.insert(record, event, limit);
      },
    },
  })),
  broken('remove-ignores-instant', 'TK-5 deletes what did not end before the instant', ({ tokens }) => ({
    tokens: { remove: (ids, _before, event) => tokens.remove(ids, Number.MAX_SAFE_INTEGER, event) },
  })),
  broken(
    'remove-counts-named',
    'TK-5 tells how many were named, not how many were deleted',
    ({ tokens }) => ({
      tokens: {
        async remove(ids, before, event) {
          await tokens.remove(ids, before, event);
          return ids.length;
        },
      },
    }),
  ),
  broken('remove-takes-all', 'TK-5 deletes all that ended, named or not', ({ tokens }) => ({
    tokens: {
      async remove(_ids, before, event) {
        return tokens.remove(await tokens.findEnded(before, 1000), before, event);
      },
    },
  })),
  broken('remove-leaves-count', 'TK-5 counts deleted records towards the limit', ({ tokens }) => {
    const removed = new Map<string, number>();
    return {
      tokens: {
        async insert(record, event, limit) {
          const others = removed.get(record.subject) ?? 0;
          return tokens.insert(record, event, limit ? { ...limit, live: limit.live - others } : null);
        },
        async remove(ids, before, event) {
          const records = await Promise.all(ids.map(async (id) => (await tokens.find(id)).record));
          for (const record of records)
            if (record !== null) removed.set(record.subject, (removed.get(record.subject) ?? 0) + 1);
          return tokens.remove(ids, before, event);
        },
      },
    };
  }),
  broken('find-ended-inclusive', 'ST-7 finds what ends at the very instant', ({ tokens }) => ({
    tokens: { findEnded: (before, limit) => tokens.findEnded(before + 1, limit) },
  })),
  broken('find-ended-unbounded', 'ST-7 finds more than it was asked for', ({ tokens }) => ({
    tokens: { findEnded: (before) => tokens.findEnded(before, 1_000_000) },
  })),
  broken('find-ended-by-expiry', 'ST-7 does not find what was revoked', ({ tokens }) => ({
    tokens: {
      async findEnded(before, limit) {
        const ids = await tokens.findEnded(before, 1_000_000);
        const records = await Promise.all(ids.map(async (id) => (await tokens.find(id)).record));
        return ids.filter((_, place) => (records[place]?.expiresAt ?? before) < before).slice(0, limit);
      },
    },
  })),
];
