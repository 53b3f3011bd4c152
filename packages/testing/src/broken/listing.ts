import type { TokenQuery, TokenRecord } from '@latchkey/core';
import type { StoreUnderTest } from '../store/case.ts';
import { type BrokenStore, broken, everything } from './store.ts';

/** Filters records once more than the store inside, which is asked for all that the rest of the query lets through. */
const filtering = (
  id: string,
  title: string,
  strip: (query: TokenQuery) => TokenQuery,
  matches: (record: TokenRecord, query: TokenQuery) => boolean,
): BrokenStore =>
  broken(id, title, ({ tokens }) => ({
    tokens: {
      async list(query) {
        const found = await tokens.list({ ...strip(query), limit: 100_000 });
        return found.filter((record) => matches(record, query)).slice(0, query.limit);
      },
    },
  }));

const withoutLabel = ({ label: _, ...query }: TokenQuery): TokenQuery => query;
const withoutSubject = ({ subject: _, ...query }: TokenQuery): TokenQuery => query;
const withoutUsed = ({ used: _, ...query }: TokenQuery): TokenQuery => query;
const withoutCreated = ({ created: _, ...query }: TokenQuery): TokenQuery => query;

/** A label filter as SQL's LIKE understands it where nobody escapes what was asked for. */
function isLike(label: string, text: string): boolean {
  const pattern = text
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('%', '.*')
    .replaceAll('_', '.');
  return new RegExp(pattern, 'isu').test(label);
}

const asciiLower = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** Pages by how many records were shown so far. */
function byOffset({ tokens }: StoreUnderTest) {
  const offsets = new Map<string, number>();
  const keyOf = (query: TokenQuery, place: unknown): string =>
    JSON.stringify([{ ...query, after: null, limit: 0 }, place]);
  return async (query: TokenQuery): Promise<readonly TokenRecord[]> => {
    const { after } = query;
    const offset = after === null ? 0 : offsets.get(keyOf(query, [after.createdAt, after.id]));
    if (offset === undefined) return tokens.list(query);
    const page = (await tokens.list({ ...query, after: null, limit: offset + query.limit })).slice(offset);
    const last = page.at(-1);
    if (last !== undefined) offsets.set(keyOf(query, [last.createdAt, last.id]), offset + page.length);
    return page;
  };
}

/** Stores that list wrongly. */
export const brokenListings: readonly BrokenStore[] = [
  broken('list-skips', 'ST-6 skips the first record of each further page', ({ tokens }) => ({
    tokens: {
      list: async (query) =>
        query.after === null
          ? tokens.list(query)
          : (await tokens.list({ ...query, limit: query.limit + 1 })).slice(1),
    },
  })),
  broken('list-by-offset', 'ST-6 pages by counting, so that what comes and goes moves them', (inner) => ({
    tokens: { list: byOffset(inner) },
  })),
  broken(
    'list-by-instant',
    'ST-6 goes on behind the instant, past others created together',
    ({ tokens }) => ({
      tokens: {
        list: ({ after, ...query }) =>
          tokens.list({ ...query, after: after === null ? null : { ...after, id: '' } }),
      },
    }),
  ),
  broken('list-oldest-first', 'ST-6 lists the oldest first', (inner) => ({
    tokens: {
      async list(query) {
        if (query.after !== null) return inner.tokens.list(query);
        return [...(await inner.tokens.list({ ...query, limit: 100_000 }))].reverse().slice(0, query.limit);
      },
    },
  })),
  broken('list-ids-by-locale', 'ST-6 orders ids as words of a language', ({ tokens }) => ({
    tokens: {
      async list(query) {
        const found = [...(await tokens.list({ ...query, limit: 100_000 }))];
        const compare = (a: TokenRecord, b: TokenRecord) =>
          b.createdAt - a.createdAt || b.id.localeCompare(a.id, 'en');
        return found.sort(compare).slice(0, query.limit);
      },
    },
  })),
  broken('list-whole', 'ST-6 has no bound on a page', (inner) => ({
    tokens: { list: (query) => inner.tokens.list({ ...query, limit: 100_000 }) },
  })),
  broken('list-hides-ended', 'ST-2 judges: leaves revoked tokens out', ({ tokens }) => ({
    tokens: {
      list: async (query) => (await tokens.list(query)).filter(({ revokedAt }) => revokedAt === null),
    },
  })),
  broken('list-order-of-keeping', 'ST-6 lists in the order of keeping', (inner) => {
    const kept: string[] = [];
    return {
      tokens: {
        async insert(record, event, limit) {
          const word = await inner.tokens.insert(record, event, limit);
          if (word === 'inserted') kept.push(record.id);
          return word;
        },
        async list(query) {
          const found = await inner.tokens.list(query);
          return [...found].sort((a, b) => kept.indexOf(b.id) - kept.indexOf(a.id));
        },
      },
    };
  }),
  filtering('label-with-case', 'TK-5 minds case in the filter by label', withoutLabel, (record, { label }) =>
    label === undefined ? true : record.label.includes(label),
  ),
  filtering(
    'label-ascii-case',
    'TK-5 knows no letters beyond ASCII in the filter by label',
    withoutLabel,
    (record, { label }) =>
      label === undefined ? true : asciiLower(record.label).includes(asciiLower(label)),
  ),
  filtering(
    'label-like',
    'TK-5 takes % and _ in the filter by label for wildcards',
    withoutLabel,
    (record, { label }) => (label === undefined ? true : isLike(record.label, label)),
  ),
  filtering('label-prefix', 'TK-5 finds labels by their beginning only', withoutLabel, (record, { label }) =>
    label === undefined ? true : record.label.toLowerCase().startsWith(label.toLowerCase()),
  ),
  filtering(
    'subject-with-spaces',
    'TK-5 takes subjects for the same that differ in trailing spaces',
    withoutSubject,
    (record, { subject }) => (subject === undefined ? true : record.subject.trimEnd() === subject.trimEnd()),
  ),
  filtering(
    'subject-without-case',
    'TK-5 takes subjects for the same that differ in case',
    withoutSubject,
    (record, { subject }) =>
      subject === undefined ? true : record.subject.toLowerCase() === subject.toLowerCase(),
  ),
  filtering(
    'subject-normalised',
    'TK-5 takes subjects for the same that differ in their form of Unicode',
    withoutSubject,
    (record, { subject }) =>
      subject === undefined ? true : record.subject.normalize() === subject.normalize(),
  ),
  filtering(
    'subject-or-issuer',
    'TK-5 finds tokens by their issuer too',
    withoutSubject,
    (record, { subject }) =>
      subject === undefined || record.subject === subject || record.issuedBy === subject,
  ),
  broken('list-of-nothing-fails', 'TK-5 fails where there is nothing to list', ({ tokens }) => ({
    tokens: {
      async list(query) {
        const found = await tokens.list(query);
        if (query.subject !== undefined && query.after === null && found.length === 0)
          throw new Error('no such subject');
        return found;
      },
    },
  })),
  filtering(
    'subject-proto',
    'TK-5 finds nothing of a user called __proto__',
    (query) => query,
    (_, { subject }) => subject !== '__proto__',
  ),
  filtering(
    'range-with-end',
    'TK-5 includes the end of a range',
    withoutCreated,
    ({ createdAt }, { created }) =>
      createdAt >= (created?.from ?? 0) && createdAt <= (created?.before ?? Number.POSITIVE_INFINITY),
  ),
  filtering(
    'range-without-start',
    'TK-5 excludes the start of a range',
    (query) => query,
    ({ createdAt }, { created }) => created?.from === undefined || createdAt > created.from,
  ),
  filtering(
    'range-with-never',
    'TK-5 takes never-used tokens for used long ago',
    withoutUsed,
    ({ lastUsedAt }, { used }) =>
      used === undefined
        ? true
        : (lastUsedAt ?? 0) >= (used.from ?? 0) &&
          (lastUsedAt ?? 0) < (used.before ?? Number.POSITIVE_INFINITY),
  ),
  broken('index-of-labels-stale', 'TK-5 finds labels as they were when the token was made', (inner) => {
    const labels = new Map<string, string>();
    return {
      tokens: {
        async insert(record, event, limit) {
          const word = await inner.tokens.insert(record, event, limit);
          if (word === 'inserted') labels.set(record.id, record.label.toLowerCase());
          return word;
        },
        async list({ label, ...query }) {
          if (label === undefined) return inner.tokens.list(query);
          const found = await inner.tokens.list({ ...query, limit: 100_000 });
          const isFound = ({ id }: TokenRecord) => labels.get(id)?.includes(label.toLowerCase()) ?? false;
          return found.filter(isFound).slice(0, query.limit);
        },
      },
    };
  }),
  broken('index-of-ended-stale', 'ST-7 finds as ended only what had its end from the start', (inner) => {
    const ends = new Map<string, number | null>();
    return {
      tokens: {
        async insert(record, event, limit) {
          const word = await inner.tokens.insert(record, event, limit);
          if (word === 'inserted') ends.set(record.id, record.revokedAt ?? record.expiresAt);
          return word;
        },
        async findEnded(before, limit) {
          const records = await everything(inner);
          const ended = records.filter(({ id }) => (ends.get(id) ?? before) < before);
          return ended.map(({ id }) => id).slice(0, limit);
        },
      },
    };
  }),
];
