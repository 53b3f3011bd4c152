import type { Lookup, TokenRecord } from '@latchkey/core';
import { type BrokenStore, broken, overlay } from './store.ts';

/** Changes every new record before it is kept, whether inserted or a successor. */
const keeping = (id: string, title: string, change: (record: TokenRecord) => TokenRecord): BrokenStore =>
  broken(id, title, ({ tokens }) => ({
    tokens: {
      insert: (record, event, limit) => tokens.insert(change(record), event, limit),
      replace: (old, successor, event, limit) => tokens.replace(old, change(successor), event, limit),
    },
  }));

/** Stores that keep or find records wrongly. */
export const brokenRecords: readonly BrokenStore[] = [
  keeping('label-cut', 'TK-4 cuts labels after 191 characters', (record) => ({
    ...record,
    label: record.label.slice(0, 191),
  })),
  keeping('label-trimmed', 'TK-4 trims labels', (record) => ({
    ...record,
    label: record.label.trimEnd() || ' ',
  })),
  keeping('astral-lost', 'TK-4 keeps no characters beyond the first plane', (record) => ({
    ...record,
    label: record.label.replace(/[\u{10000}-\u{10ffff}]/gu, '?'),
  })),
  keeping('seconds-only', 'TK-4 keeps instants in whole seconds', (record) => ({
    ...record,
    createdAt: Math.floor(record.createdAt / 1000) * 1000,
  })),
  keeping('year-9999', 'TK-4 keeps no instants beyond the year 9999', (record) => ({
    ...record,
    createdAt: Math.min(record.createdAt, 253_402_300_799_999),
  })),
  keeping('scope-defaulted', 'SC-5 takes every scope for read-write', (record) => ({
    ...record,
    scope: 'read-write',
  })),
  keeping('replaces-dropped', 'TK-4 forgets which token a token was rotated from', (record) => ({
    ...record,
    replaces: null,
  })),
  broken('ids-without-case', 'TK-1 finds ids whatever their case', ({ tokens }) => {
    const spellings = new Map<string, string>();
    return {
      tokens: {
        async insert(record, event, limit) {
          const word = await tokens.insert(record, event, limit);
          if (word === 'inserted') spellings.set(record.id.toLowerCase(), record.id);
          return word;
        },
        async find(id) {
          const exact = await tokens.find(id);
          return exact.record === null ? tokens.find(spellings.get(id.toLowerCase()) ?? id) : exact;
        },
      },
    };
  }),
  broken('overwrites', 'ST-3 a duplicate id overwrites the record', (inner) => {
    const { change, reading } = overlay(inner);
    return {
      tokens: {
        ...reading,
        async insert(record, event, limit) {
          const word = await inner.tokens.insert(record, event, limit);
          if (word === 'duplicate') change(record.id, record);
          return word === 'duplicate' ? 'inserted' : word;
        },
      },
    };
  }),
  broken('live-references', 'ST-2 answers with the very object that it keeps', ({ tokens }) => {
    const kept = new Map<string, { text: string; record: TokenRecord }>();
    return {
      tokens: {
        async find(id) {
          const { record, settingsRevision } = await tokens.find(id);
          const text = JSON.stringify(record);
          const last = kept.get(id);
          if (last?.text === text) return { record: last.record, settingsRevision };
          if (record !== null) kept.set(id, { text, record });
          return { record, settingsRevision };
        },
      },
    };
  }),
  broken('keeps-references', 'ST-2 keeps the very object that it was given', ({ tokens }) => {
    const given = new Map<string, TokenRecord>();
    return {
      tokens: {
        async insert(record, event, limit) {
          const word = await tokens.insert(record, event, limit);
          if (word === 'inserted') given.set(record.id, record);
          return word;
        },
        async list(query) {
          const found = await tokens.list(query);
          return found.map((record) => ({
            ...record,
            issuedBy: given.get(record.id)?.issuedBy ?? record.issuedBy,
          }));
        },
      },
    };
  }),
  broken('find-undefined', 'ST-1 leaves out the record where there is none', ({ tokens }) => ({
    tokens: {
      async find(id) {
        const { record, settingsRevision } = await tokens.find(id);
        return (record === null ? { settingsRevision } : { record, settingsRevision }) as Lookup;
      },
    },
  })),
  broken('revision-cached', 'ST-1 tells the settings revision of its first look-up', ({ tokens }) => {
    let first: number | null = null;
    return {
      tokens: {
        async find(id) {
          const { record, settingsRevision } = await tokens.find(id);
          first ??= settingsRevision;
          return { record, settingsRevision: first };
        },
      },
    };
  }),
  broken(
    'revision-only-with-record',
    'ST-1 tells no settings revision where there is no record',
    ({ tokens }) => ({
      tokens: {
        async find(id) {
          const { record, settingsRevision } = await tokens.find(id);
          return { record, settingsRevision: record === null ? 0 : settingsRevision };
        },
      },
    }),
  ),
];
