import type { HostProfile, RequestInput, Settings, TokenRecord } from '@latchkey/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tokenParts } from '../../src/arbitrary/token.ts';
import {
  arb,
  type ReferenceAnswer,
  type ReferenceWorld,
  referenceFacts,
  tokenText,
} from '../../src/index.ts';
import { sha256 } from '../sha256.ts';

const found = fc
  .sample(arb.host, { numRuns: 50, seed: 1 })
  .find(({ name, contextPath }) => name === 'confluence' && contextPath === '');
if (found === undefined) throw new TypeError('no confluence among the hosts');
const host: HostProfile = { ...found, tokenHeader: 'X-API-Key' };
const now = Date.parse('2026-01-15T12:00:00Z');
const text = tokenText(1, 1, 'lk');

const settings: Settings = {
  version: 1,
  permissions: {
    use: { to: 'groups', groups: ['dev'] },
    create: { to: 'everyone', readOnly: false },
    createOnBehalf: { to: 'groups', groups: ['administrators'] },
  },
  validity: { maximum: 'never', choices: 'listed', existing: 'keep' },
  network: { allow: ['10.0.0.0/8'], appliesTo: 'tokens', discloseAddress: true, reverseProxy: null },
  passwords: { mode: 'accepted', recognisedTokens: 'defer' },
  hostTokens: 'accepted',
};
const record: TokenRecord = {
  id: tokenParts(text).id,
  digest: sha256(tokenParts(text).secret),
  keyVersion: null,
  label: 'one',
  subject: 'ada',
  issuedBy: 'ada',
  scope: 'read-only',
  createdAt: now - 1,
  expiresAt: now + 1,
  lastUsedAt: null,
  revokedAt: null,
  revokedBy: null,
  replaces: null,
};
const world: ReferenceWorld = {
  host,
  settings,
  now,
  users: [{ id: 'ada', active: true, administrator: false, groups: ['dev'] }],
  tokens: [record],
  sha256,
};
const basic = (pair: string): [string, string] => [
  'Authorization',
  `Basic ${Buffer.from(pair).toString('base64')}`,
];
const request: RequestInput = {
  method: 'GET',
  target: '/rest/x',
  headers: [basic(`ada:${text}`)],
  peer: '10.0.0.7',
};

function answer(more: Partial<ReferenceWorld> = {}, asked: Partial<RequestInput> = {}): ReferenceAnswer {
  return referenceFacts({ ...request, ...asked }, { ...world, ...more });
}
const row = (...given: Parameters<typeof answer>): string => answer(...given).verdict.row;
const network = (more: Partial<Settings['network']>): Settings => ({
  ...settings,
  network: { ...settings.network, ...more },
});
const withPasswords = (passwords: Settings['passwords']): Settings => ({ ...settings, passwords });
const refused = withPasswords({ mode: 'refused', pathGuard: true, remoteApi: 'refused' });
const record1 = (more: Partial<TokenRecord>): Partial<ReferenceWorld> => ({
  tokens: [{ ...record, ...more }],
});

describe('referenceFacts', () => {
  it('DE accepts a live token and names its principal and client', () => {
    expect(answer()).toEqual({
      facts: {
        surface: 'rest',
        path: 'clean',
        credential: 'presented',
        fallback: 'open',
        address: 'allowed',
        token: 'live',
        scope: 'covers',
        attempts: null,
      },
      client: { kind: 'resolved', address: '10.0.0.7', source: 'peer' },
      principal: { subject: 'ada', tokenId: record.id, scope: 'read-only' },
      verdict: { row: 'accepted', reason: 'token-accepted', effect: 'allow' },
    });
  });

  it('VA-6 ends a token in the millisecond of its expiry, and tests expiry before revocation', () => {
    expect(row(record1({ expiresAt: now + 1 }))).toBe('accepted');
    expect(row(record1({ expiresAt: now }))).toBe('expired-open');
    expect(row(record1({ expiresAt: now, revokedAt: now - 5 }))).toBe('expired-open');
    expect(row(record1({ revokedAt: now - 5 }))).toBe('revoked-open');
  });

  it('CR-6 binds a token to its user name, compared exactly, unless that is empty', () => {
    expect(row({}, { headers: [basic(`Ada:${text}`)] })).toBe('unknown-open');
    expect(row({}, { headers: [basic(`:${text}`)] })).toBe('accepted');
    expect(row({}, { headers: [['Authorization', `Bearer ${text}`]] })).toBe('accepted');
  });

  it('PE-2 asks for the use grant, after the subject', () => {
    expect(row({ users: [{ id: 'ada', active: true, administrator: true, groups: [] }] })).toBe(
      'use-not-granted',
    );
    expect(row({ users: [{ id: 'ada', active: false, administrator: true, groups: [] }] })).toBe(
      'inactive-open',
    );
    expect(row({ users: [] })).toBe('inactive-open');
  });

  it('DE-1 closes the fallback as the settings and the carrier say', () => {
    const unknown = tokenText(2, 2, 'lk');
    const carrier = (value: string): Partial<RequestInput> => ({ headers: [['Authorization', value]] });
    expect(row({}, { headers: [basic('ada:hunter2')] })).toBe('unknown-open');
    expect(row({ settings: refused }, { headers: [basic('ada:hunter2')] })).toBe('unknown-closed');
    const recognised = withPasswords({ mode: 'accepted', recognisedTokens: 'refuse' });
    expect(row({ settings: recognised }, { headers: [basic(`ada:${unknown}`)] })).toBe('unknown-closed');
    expect(row({ settings: recognised }, { headers: [basic('ada:hunter2')] })).toBe('unknown-open');
    expect(row({}, carrier('Bearer abc'))).toBe('unknown-open');
    expect(row({}, carrier(`Bearer ${unknown}`))).toBe('unknown-closed');
    expect(row({ settings: { ...settings, hostTokens: 'refused' } }, carrier('Bearer abc'))).toBe(
      'unknown-closed',
    );
    expect(row({}, { headers: [['X-API-Key', 'abc']] })).toBe('unknown-closed');
    expect(row({}, { headers: [['X-API-Key', text]] })).toBe('accepted');
    expect(row({ settings: network({ appliesTo: 'all-credentials' }) }, { peer: '192.0.2.1' })).toBe(
      'address-refused-closed',
    );
  });

  it('DE-6 asks the limiter for Basic only, and never about a live token', () => {
    expect(row({ attempts: 'locked' })).toBe('accepted');
    expect(row({ attempts: 'locked' }, { headers: [basic('ada:hunter2')] })).toBe('unusable-locked');
    expect(row({ attempts: 'locked' }, { headers: [['Authorization', 'Bearer abc']] })).toBe('unknown-open');
    expect(row({ attempts: 'locked' }, { peer: '192.0.2.1' })).toBe('address-refused-locked');
    expect(row({ attempts: 'locked' }, { peer: undefined })).toBe('address-unresolved-locked');
  });

  it('DE counts a fault only where its look-up was needed', () => {
    const store = { fault: 'store-unavailable' } as const;
    const directory = { fault: 'directory-unavailable' } as const;
    expect(row(store)).toBe('unavailable');
    expect(row(store, { headers: [basic('ada:hunter2')] })).toBe('unknown-open');
    expect(row(store, { peer: '192.0.2.1' })).toBe('address-refused-open');
    expect(row(store, { target: '/rpc/xmlrpc' })).toBe('remote-open');
    expect(row(directory)).toBe('unavailable');
    expect(row({ ...directory, ...record1({ revokedAt: now }) })).toBe('revoked-open');
    expect(row(directory, { headers: [basic(`bob:${text}`)] })).toBe('unknown-open');
  });

  it('SE-4 answers unreadable settings with 503, and 401 on the remote API', () => {
    const broken = { fault: 'settings-unreadable', settings: refused } as const;
    expect(answer(broken, { target: '/rest/../rest/x' })).toEqual({
      facts: {
        surface: 'rest',
        path: 'clean',
        credential: 'presented',
        fallback: 'closed',
        address: 'allowed',
        token: 'unavailable',
        scope: null,
        attempts: null,
      },
      client: null,
      principal: null,
      verdict: { row: 'unavailable', reason: 'service-unavailable', effect: 'deny', status: 503 },
    });
    expect(row(broken, { target: '/rpc/xmlrpc' })).toBe('remote-closed');
    expect(row(broken, { headers: [] })).toBe('anonymous');
    expect(row(broken, { target: '/x' })).toBe('other-surface');
  });

  it('TA-5 guards paths only while passwords are refused and the guard is on', () => {
    expect(row({ settings: refused }, { target: '/rest/./x' })).toBe('path-guard');
    expect(row({}, { target: '/rest/./x' })).toBe('accepted');
    expect(row({}, { target: '/rest/latchkey/./1/tokens', method: 'POST' })).toBe('scope-exceeded');
    expect(row({}, { target: '/rest/latchkey/1/tokens', method: 'POST' })).toBe('accepted');
  });

  it('DE gathers the address for the remote API only where it decides the fallback', () => {
    const remote = { target: '/rpc/xmlrpc' };
    expect(answer({}, remote).client).toBeNull();
    const all = answer(
      { settings: network({ appliesTo: 'all-credentials' }) },
      { ...remote, peer: '192.0.2.1' },
    );
    expect([all.facts.address, all.client, all.verdict.row]).toEqual([
      'refused',
      { kind: 'resolved', address: '192.0.2.1', source: 'peer' },
      'remote-closed',
    ]);
    const exception = withPasswords({ mode: 'refused', pathGuard: false, remoteApi: 'accepted' });
    expect(row({ settings: exception }, remote)).toBe('remote-open');
    expect(row({ settings: exception, attempts: 'locked' }, remote)).toBe('remote-locked');
  });

  it('TK-1 honours the prefix of the installation', () => {
    expect(row({ prefix: 'acme' })).toBe('unknown-open');
  });
});
