import { expect, test } from 'vitest';
import { isSessionId, memorySessions, type Sessions } from '../../src/serve/sessions.ts';

const directory = { find: async (id: string) => ({ id, active: true, administrator: false, groups: [] }) };

async function opened(sessions: Sessions, subject: string): Promise<string> {
  const made = await sessions.open(subject);
  if (made === null || made === 'unavailable') return expect.unreachable(String(made));
  return made.id;
}
const subjectOf = async (sessions: Sessions, id: string): Promise<unknown> => {
  const found = await sessions.find(id);
  return found === null || found === 'unavailable' ? found : found.subject;
};

test('CO-1 there are at most 1,000 sessions: the oldest goes, the ended ones first', async () => {
  let now = 0;
  const sessions = memorySessions(directory, () => now);
  const ids: string[] = [];
  for (let count = 0; count < 1000; count++) ids.push(await opened(sessions, `user-${count}`));
  const [first = '', second = '', third = ''] = ids;
  const last = ids.at(-1) ?? '';
  expect(await subjectOf(sessions, first)).toBe('user-0');
  await opened(sessions, 'one-more');
  expect(await subjectOf(sessions, first)).toBe(null);
  expect(await subjectOf(sessions, second)).toBe('user-1');
  expect(await subjectOf(sessions, last)).toBe('user-999');

  now = 29 * 60_000;
  await subjectOf(sessions, second);
  now = 31 * 60_000;
  // All that were not used since are over, so that the old one has room beside the new.
  await opened(sessions, 'another');
  expect(await subjectOf(sessions, second)).toBe('user-1');
  expect(await subjectOf(sessions, third)).toBe(null);
});

test('7.2.3 ids are 256 random bits each, in an alphabet without escapes', async () => {
  const sessions = memorySessions(directory, () => 0);
  const ids = await Promise.all(Array.from({ length: 200 }, (_, at) => opened(sessions, `user-${at}`)));
  expect(new Set(ids).size).toBe(200);
  for (const id of ids) {
    expect(isSessionId(id)).toBe(true);
    expect(Buffer.from(id, 'base64url')).toHaveLength(32);
  }
  // Every bit is set in some and clear in others.
  const bytes = ids.map((id) => Buffer.from(id, 'base64url'));
  for (let bit = 0; bit < 256; bit++) {
    const set = bytes.filter((each) => (((each[bit >> 3] ?? 0) >> (bit & 7)) & 1) === 1).length;
    expect(set).toBeGreaterThan(40);
    expect(set).toBeLessThan(160);
  }
});

test('CO-1 a session is opened only for whom the directory knows as active', async () => {
  const answers = new Map<string, unknown>([
    ['gone', null],
    ['inactive', { id: 'inactive', active: false, administrator: false, groups: [] }],
    ['unclear', { id: 'unclear', active: 'yes', administrator: false, groups: [] }],
    ['misnamed', { id: 'ada', active: true, administrator: false, groups: [] }],
  ]);
  const find = (async (id: string) => answers.get(id)) as typeof directory.find;
  const sessions = memorySessions({ find }, () => 0);
  const results = await Promise.all([...answers.keys()].map((subject) => sessions.open(subject)));
  expect(results).toEqual([null, null, 'unavailable', 'unavailable']);
});
