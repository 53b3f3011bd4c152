import type { AuditEvent, AuditQuery } from '@latchkey/core';
import { assert, same } from './assertion.ts';
import { type StoreCase, type StoreUnderTest, sharedCase, storeCase } from './case.ts';
import { logPagesOf } from './pages.ts';
import { eventOf, idOf, recordOf } from './sample.ts';

type Filter = Omit<AuditQuery, 'after' | 'limit'>;

/** One event of each kind, with instants that run against their order. */
const events: readonly AuditEvent[] = [
  { ...eventOf.issued(recordOf(1, { expiresAt: 9 })), actorTokenId: idOf(3) } as AuditEvent,
  eventOf.rotated(idOf(1), recordOf(2), 60),
  eventOf.relabelled(idOf(2)),
  eventOf.revoked(idOf(2)),
  eventOf.purged([idOf(1), idOf(2)], 90),
  { ...eventOf.changed(4), actorTokenId: idOf(3) } as AuditEvent,
  eventOf.accepted('ada', idOf(3)),
  { ...eventOf.accepted('ada', idOf(3)), kind: 'request-refused', actor: null, address: '2001:db8::1' },
  { ...eventOf.accepted('ada', idOf(3)), kind: 'request-deferred', actor: null, actorTokenId: null },
].map((event, place) => ({ ...event, at: 1000 - place }) as AuditEvent);

const page = (store: StoreUnderTest, filter: Filter, after: string | null = null, limit = 1000) =>
  store.audit.list({ ...filter, after, limit });

/** Which places of `events` a filter shows, newest first. */
const searches: readonly (readonly [Filter, readonly number[]])[] = [
  [{}, [8, 7, 6, 5, 4, 3, 2, 1, 0]],
  [{ kind: 'token-rotated' }, [1]],
  [{ kind: 'tokens-purged' }, [4]],
  [{ kind: 'request-deferred' }, [8]],
  [{ actor: 'root' }, [5, 4, 3, 2, 1, 0]],
  [{ actor: 'ada' }, [6]],
  [{ actor: 'Ada' }, []],
  [{ tokenId: idOf(1) }, [4, 1, 0]],
  [{ tokenId: idOf(2) }, [4, 3, 2, 1]],
  [{ tokenId: idOf(3) }, [7, 6]],
  [{ tokenId: idOf(4) }, []],
  [{ at: { from: 996, before: 998 } }, [4, 3]],
  [{ at: { from: 999 } }, [1, 0]],
  [{ at: { before: 993 } }, [8]],
  [{ kind: 'token-issued', actor: 'root', tokenId: idOf(1), at: { from: 1000 } }, [0]],
  [{ kind: 'token-issued', tokenId: idOf(2) }, []],
];

/** The audit log. */
export const logCases: readonly StoreCase[] = [
  storeCase('audit-empty', 'TK-7 an empty log lists nothing, and nothing can be appended', async (store) => {
    await store.audit.append([]);
    same(await page(store, {}), [], 'the log');
  }),
  storeCase(
    'audit-order',
    'TK-7 the log keeps the order of writing, batch by batch, whatever the instants',
    async (store) => {
      await store.audit.append(events.slice(0, 4));
      await store.audit.append(events.slice(4, 5));
      await store.audit.append(events.slice(5));
      same(
        (await page(store, {})).map(({ event }) => event),
        [...events].reverse(),
        'the log, newest first',
      );
    },
  ),
  storeCase('audit-equal-events', 'TK-7 events that are the same are kept each', async (store) => {
    const event = eventOf.accepted('ada', idOf(1));
    await store.audit.append([event, event]);
    await store.audit.append([event]);
    same(
      (await page(store, {})).map((entry) => entry.event),
      [event, event, event],
      'the log',
    );
  }),
  storeCase(
    'audit-filters',
    'TK-7 the log is searched by kind, actor, any token that an event names, and instant',
    async (store) => {
      await store.audit.append(events);
      for (const [filter, places] of searches)
        same(
          (await page(store, filter)).map(({ event }) => 1000 - event.at),
          places,
          `the log by ${JSON.stringify(filter)}`,
        );
    },
  ),
  storeCase(
    'audit-positions',
    'TK-7 positions are different, and text that the engine gives out as a cursor',
    async (store) => {
      await store.audit.append(Array.from({ length: 120 }, (_, at) => eventOf.accepted('ada', idOf(1), at)));
      const positions = (await page(store, {})).map(({ position }) => position);
      same(new Set(positions).size, 120, 'how many different positions');
      for (const position of positions)
        assert(
          /^[0-9A-Za-z-]{1,64}$/.test(position),
          `${position} is no position: letters, digits and hyphens, at most 64`,
        );
    },
  ),
  storeCase('audit-paging', 'ST-6 pages of any size make up the whole log', async (store) => {
    await store.audit.append([...events, ...events, ...events]);
    for (const filter of [{}, { actor: 'root' }, { tokenId: idOf(2) }])
      for (const limit of [1, 4, 26, 27, 28]) {
        const whole = await page(store, filter);
        const seen = await logPagesOf(store, { ...filter, limit });
        same(seen, whole, `pages of ${limit} by ${JSON.stringify(filter)}`);
      }
  }),
  sharedCase(
    'audit-paging-beside-writers',
    'ST-6 what is appended meanwhile moves nothing',
    async (one, other) => {
      await one.audit.append(Array.from({ length: 30 }, (_, at) => eventOf.accepted('ada', idOf(1), at)));
      // More is appended beside each page and between two; none of it may show up behind what was seen.
      const append = () => other.audit.append([eventOf.accepted('bob', idOf(2), 500)]);
      const readings = [4, 7].map((limit) => logPagesOf(one, { limit }, append));
      const appending = Array.from({ length: 20 }, append);
      const [few, many] = await Promise.all([...readings, ...appending]);
      const seen = [few, many].map((entries) =>
        (entries ?? []).flatMap(({ event }) => (event.at === 500 ? [] : [event.at])),
      );
      const expected = Array.from({ length: 30 }, (_, place) => 29 - place);
      same(seen, [expected, expected], 'the entries that stood throughout');
    },
  ),
];
