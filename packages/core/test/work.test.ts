import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RequestInput } from '../src/index.ts';
import * as tokenText from '../src/token/text.ts';
import { type Case, cases, closed, names, records, textOf } from './failure.ts';
import { basic, bearer, engineOf, request } from './world.ts';

/** Nothing is replaced: what is done is only counted. */
vi.mock('../src/token/text.ts', { spy: true });
const { equalDigests, hmacBy, sha256Text } = vi.mocked(tokenText);
let hmacs = 0;
const actual = await vi.importActual<typeof tokenText>('../src/token/text.ts');
hmacBy.mockImplementation((pepper) => {
  const hash = actual.hmacBy(pepper);
  return (text) => {
    hmacs++;
    return hash(text);
  };
});
afterEach(() => void vi.clearAllMocks());

const inputs = (name: Case): readonly RequestInput[] => [
  request({ headers: [basic(...cases[name])] }),
  request({ headers: [basic('', cases[name][1])] }),
  request({ headers: [bearer(cases[name][1])] }),
];

/** What one request makes the engine do. */
async function workOf(input: RequestInput, options: Parameters<typeof engineOf>[0] = {}) {
  const { engine, calls } = engineOf({ settings: closed, records, ...options });
  vi.clearAllMocks();
  hmacs = 0;
  const decision = await engine.authenticate(input);
  const compared = equalDigests.mock.calls.map(([a, b]) => [a.length, b.length]);
  const hashes = { sha256: sha256Text.mock.calls.length, hmac: hmacs };
  await engine.close();
  return { decision, work: { find: calls.find, ...hashes, compared }, directory: calls.directory };
}

describe('constant work', () => {
  it.each(names)('TK-2 the same look-up, hash and comparison: %s', async (name) => {
    for (const input of inputs(name)) {
      const { work } = await workOf(input);
      expect(work).toEqual({ find: 1, sha256: 1, hmac: 0, compared: [[43, 43]] });
    }
  });

  it.each(names)('TK-2 the same with a pepper for new records: %s', async (name) => {
    const peppers = { current: 'k1', keys: { k1: new Uint8Array(32) } };
    const keyed = records.map((record) => ({
      ...record,
      keyVersion: 'k1',
      digest: tokenText.digestToken(textOf(record), peppers.keys.k1),
    }));
    for (const input of inputs(name)) {
      const { work } = await workOf(input, { peppers, records: keyed });
      expect(work).toEqual({ find: 1, sha256: 0, hmac: 1, compared: [[43, 43]] });
    }
  });

  it('TK-2 a user name that the token does not belong to asks no directory, as an unknown token does not', async () => {
    for (const name of ['unknown token', 'unknown user', 'wrong user', 'wrong secret'] as const) {
      const { directory, decision } = await workOf(request({ headers: [basic(...cases[name])] }));
      expect([name, directory, decision.reason]).toEqual([name, 0, 'token-unknown']);
    }
  });

  it('DE-3 unknown, wrong, expired, revoked and inactive tokens are one answer', async () => {
    const answers = await Promise.all(
      names
        .filter((name) => name !== 'live')
        .map(async (name) => {
          const { decision } = await workOf(request({ headers: [basic(...cases[name])] }));
          return decision.effect === 'deny' ? decision.answer : null;
        }),
    );
    expect(answers[0]?.status).toBe(401);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  it('TK-3 what is not in our format is neither looked up, hashed nor compared', async () => {
    const [, live] = cases.live;
    for (const secret of ['correct horse', `${live.slice(0, -1)}~`, `${live}x`, '']) {
      const { work } = await workOf(request({ headers: [basic('ada', secret)] }));
      expect(work).toEqual({ find: 0, sha256: 0, hmac: 0, compared: [] });
    }
  });
});
