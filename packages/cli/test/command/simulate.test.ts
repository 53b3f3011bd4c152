import { decisionTable } from '@latchkey/core';
import { describe, expect, it } from 'vitest';
import { exampleFile, jsonLines, latchkey, sampleTokens, scenarioWith } from '../program.ts';

const bearer = ['Authorization', `Bearer ${sampleTokens.ada}`];
const basic = (text: string) => ['Authorization', `Basic ${Buffer.from(text).toString('base64')}`];
const request = { method: 'GET', target: '/rest/x', peer: '10.0.0.7' };

const simulated = async (changes: Readonly<Record<string, unknown>>) => {
  const { status, out, err } = await latchkey(['simulate', '-', '--json'], scenarioWith(changes));
  expect([status, err]).toEqual([0, '']);
  return jsonLines(out);
};

describe('SF-1 latchkey simulate', () => {
  it('SF-1 meets every row of the decision table in the examples', async () => {
    const found: unknown[] = [];
    for (const name of ['every-row.json', 'path-guard.json']) {
      const { status, out } = await latchkey(['simulate', exampleFile(name), '--json']);
      expect(status).toBe(0);
      found.push(...jsonLines(out).map(({ row }) => row));
    }
    expect([...new Set(found)].sort()).toEqual(decisionTable.map(({ id }) => id).sort());
  });

  it('SF-1 prints one line a request, in order, with the keys in theirs', async () => {
    const { out } = await latchkey(
      ['simulate', '-', '--json'],
      scenarioWith({
        settings: { network: { allow: ['10.0.0.0/8'] } },
        requests: [
          { ...request, headers: [bearer] },
          { ...request, name: 'writes', method: 'PUT', headers: [bearer] },
          { ...request, target: '/browse/A-1', headers: [bearer] },
          { ...request, peer: 'nowhere', headers: [bearer] },
        ],
      }),
    );
    const id = sampleTokens.ada.slice(3, 19);
    const live =
      '"surface":"rest","path":"clean","credential":"presented","fallback":"closed","address":"allowed","token":"live"';
    const here = '"client":{"address":"10.0.0.7","source":"peer","why":null}';
    expect(out.split('\n')).toEqual([
      `{"name":"#1","effect":"allow","status":null,"reason":"token-accepted","row":"accepted","principal":{"subject":"ada","tokenId":"${id}","scope":"read-only"},${here},"facts":{${live},"scope":"covers","attempts":null}}`,
      `{"name":"writes","effect":"deny","status":403,"reason":"scope-exceeded","row":"scope-exceeded","principal":null,${here},"facts":{${live},"scope":"exceeds","attempts":null}}`,
      '{"name":"#3","effect":"defer","status":null,"reason":"surface-not-governed","row":"other-surface","principal":null,"client":null,"facts":{"surface":"other","path":null,"credential":null,"fallback":null,"address":null,"token":null,"scope":null,"attempts":null}}',
      '{"name":"#4","effect":"deny","status":401,"reason":"address-unresolved","row":"address-unresolved-closed","principal":null,"client":{"address":null,"source":null,"why":"peer-unknown"},"facts":{"surface":"rest","path":"clean","credential":"presented","fallback":"closed","address":"unresolved","token":null,"scope":null,"attempts":null}}',
      '',
    ]);
  });

  it('SF-1 gives the administrator’s reason, not the public one', async () => {
    const lines = await simulated({ tokens: [], requests: [{ ...request, headers: [bearer] }] });
    expect(lines[0]).toMatchObject({ status: 401, reason: 'token-unknown' });
  });

  it.each([
    ['store-unavailable', bearer, 'unavailable'],
    ['store-unavailable', basic('ada:pw'), 'unknown-open'],
    ['directory-unavailable', bearer, 'unavailable'],
    ['settings-unreadable', basic('ada:pw'), 'unavailable'],
    [undefined, bearer, 'accepted'],
  ])('SF-1 the fault %s with %j', async (fault, header, row) => {
    const lines = await simulated({ requests: [{ ...request, headers: [header], fault }] });
    expect(lines[0]).toMatchObject({ row });
  });

  it.each([
    [undefined, 'open', 'unknown-open'],
    ['open', 'open', 'unknown-open'],
    ['locked', 'locked', 'unusable-locked'],
  ])('SF-1 the answer %s of the limiter', async (attempts, fact, row) => {
    const lines = await simulated({ requests: [{ ...request, headers: [basic('ada:pw')], attempts }] });
    expect(lines[0]).toMatchObject({ row, facts: { attempts: fact } });
  });

  it('SF-1 judges tokens at `now`, users by the directory, permissions by the settings', async () => {
    const token = { token: sampleTokens.ada, subject: 'ada', scope: 'read-only' };
    const requests = [{ ...request, headers: [bearer] }];
    const cases: readonly (readonly [Readonly<Record<string, unknown>>, string])[] = [
      [{ tokens: [{ ...token, expiresAt: '2026-01-15T12:00:00.001Z' }] }, 'accepted'],
      [{ tokens: [{ ...token, expiresAt: '2026-01-15T13:00:00+01:00' }] }, 'expired-closed'],
      [{ tokens: [{ ...token, revokedAt: '2025-01-01T00:00:00Z' }] }, 'revoked-closed'],
      [{ users: [] }, 'inactive-closed'],
      [{ users: [{ name: 'ada', active: false }] }, 'inactive-closed'],
      [{ settings: { permissions: { use: { to: 'groups', groups: ['dev'] } } } }, 'use-not-granted'],
      [
        {
          settings: { validity: { maximum: 'P1M', existing: 'clamp' } },
          tokens: [{ ...token, createdAt: '2025-12-15T12:00:00Z' }],
        },
        'expired-closed',
      ],
    ];
    for (const [changes, row] of cases)
      expect((await simulated({ requests, ...changes }))[0]).toMatchObject({ row });
  });

  it('SF-1 a user may be called __proto__', async () => {
    const lines = await simulated({
      users: [{ name: '__proto__' }],
      tokens: [{ token: sampleTokens.ada, subject: '__proto__', scope: 'read-write' }],
      requests: [{ ...request, headers: [bearer] }],
    });
    expect(lines[0]).toMatchObject({ row: 'accepted', principal: { subject: '__proto__' } });
  });

  it('SF-1 prints a table without --json', async () => {
    const { out } = await latchkey(['simulate', '-'], scenarioWith());
    expect(out).toMatch(/^request {2}effect {2}status {2}row {7}reason {10}acts as {10}client\n/);
    expect(out.split('\n')[1]).toMatch(
      /^reads {4}allow {3}- {7}accepted {2}token-accepted {2}ada \(read-only\) {2}10\.0\.0\.7$/,
    );
  });

  it('SF-1 keeps up with a reader that is slower', async () => {
    const requests = Array.from({ length: 5000 }, () => ({ ...request, headers: [bearer] }));
    const lines = await simulated({ requests });
    expect(lines.map(({ name }) => name)).toEqual(requests.map((_, index) => `#${index + 1}`));
  });

  it('SF-1 no token is in the output', async () => {
    for (const argv of [
      ['simulate', '-', '--json'],
      ['simulate', '-'],
      ['explain', '-'],
      ['explain', '-', '--json'],
    ]) {
      const { out } = await latchkey(argv, scenarioWith());
      expect(out).not.toContain(sampleTokens.ada.slice(20, 40));
    }
  });
});
