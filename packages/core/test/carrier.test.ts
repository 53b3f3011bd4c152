import { describe, expect, it } from 'vitest';
import { type HostProfile, hosts, type ReplayFault, type RequestInput, type Settings } from '../src/index.ts';
import type { TokenRecord } from '../src/token/record.ts';
import { basic, bearer, decideIn, now, request, settingsOf, token } from './world.ts';

/** A host on which a token can come in every way. */
const host: HostProfile = { ...hosts.jira, tokenHeader: 'X-API-Key' };

/** The ways in which a token can come. */
const carriers: Readonly<Record<string, (text: string, subject: string) => readonly [string, string]>> = {
  'Basic with the name': (text, subject) => basic(subject, text),
  'Basic without a name': (text) => basic('', text),
  Bearer: (text) => bearer(text),
  'a token header': (text) => ['X-API-Key', text],
};

interface Rule {
  readonly record?: Partial<TokenRecord>;
  readonly settings?: Parameters<typeof settingsOf>[1];
  readonly request?: Partial<RequestInput>;
  readonly fault?: ReplayFault;
  readonly is: readonly [status: number | null, reason: string];
}

/** Every rule that a token can break, and none. */
const rules: Readonly<Record<string, Rule>> = {
  none: { is: [null, 'token-accepted'] },
  'has expired': { record: { expiresAt: now }, is: [401, 'token-expired'] },
  'was revoked': { record: { revokedAt: now - 1, revokedBy: 'ada' }, is: [401, 'token-revoked'] },
  'user is inactive': { record: { subject: 'eve' }, is: [401, 'subject-inactive'] },
  'user is gone': { record: { subject: 'nobody' }, is: [401, 'subject-inactive'] },
  'digest differs': { record: { digest: token().record.digest }, is: [401, 'token-unknown'] },
  'user may not use tokens': {
    settings: { permissions: { use: { to: 'groups', groups: ['ops'] } } },
    is: [403, 'use-not-granted'],
  },
  'maximum was lowered': {
    record: { createdAt: Date.UTC(2025, 0, 1) },
    settings: { validity: { maximum: 'P1M', choices: 'listed', existing: 'clamp' } },
    is: [401, 'token-expired'],
  },
  'address is refused': { settings: { network: { allow: ['192.0.2.0/24'] } }, is: [401, 'address-refused'] },
  'address is unknown': {
    settings: { network: { allow: ['10.0.0.0/8'] } },
    request: { peer: undefined },
    is: [401, 'address-unresolved'],
  },
  'scope is exceeded': {
    record: { scope: 'read-only' },
    request: { method: 'PUT' },
    is: [403, 'scope-exceeded'],
  },
  'method is overridden': {
    record: { scope: 'read-only' },
    request: { target: '/rest/api/2/issue?_method=DELETE' },
    is: [403, 'scope-exceeded'],
  },
  'scope is unreadable': {
    record: { scope: 'admin' as TokenRecord['scope'] },
    is: [503, 'service-unavailable'],
  },
  'path is suspicious': { request: { target: '/rest/..;/secure' }, is: [400, 'path-suspicious'] },
  'store is down': { fault: { fault: 'store-unavailable' } as ReplayFault, is: [503, 'service-unavailable'] },
};

/** Settings under which the host is asked about nothing, so that every rule shows. */
const strict = (change: Parameters<typeof settingsOf>[1] = {}): Settings =>
  settingsOf(host, {
    passwords: { mode: 'refused', pathGuard: true, remoteApi: 'refused' } as Settings['passwords'],
    ...change,
  });

describe.each(Object.entries(carriers))('6.3.4 a token in %s', (_, carry) => {
  it.each(Object.entries(rules))('CR-4 DE-1 is held to the same rules: %s', (_name, rule) => {
    const { text, record } = token(rule.record);
    const settings = strict(rule.settings);
    const input = request({ headers: [carry(text, record.subject)], ...rule.request });
    const decision = decideIn(settings, [record], input, rule.fault, host);
    expect([decision.effect === 'deny' ? decision.status : null, decision.reason]).toEqual(rule.is);
  });
});
