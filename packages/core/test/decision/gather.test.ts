import { describe, expect, it } from 'vitest';
import { exemptionOf } from '../../src/decision/exemption.ts';
import { hosts } from '../../src/index.ts';
import { classifyTarget } from '../../src/parse/target.ts';
import { basic, bearer, decideIn, now, request, settingsOf, token } from '../world.ts';

const plain = settingsOf(hosts.jira, {});
const closed = settingsOf(hosts.jira, {
  passwords: { mode: 'refused', pathGuard: false, remoteApi: 'refused' },
});
const live = token();

const rowOf = (...args: Parameters<typeof decideIn>) => decideIn(...args).row;

describe('permissions', () => {
  const devOnly = settingsOf(hosts.jira, {
    permissions: { ...plain.permissions, use: { to: 'groups', groups: ['dev'] } },
  });
  it('PE-2 losing use refuses the token at the next request, gaining it back accepts it again', () => {
    const { text, record } = token({ subject: 'bob' });
    const asks = request({ headers: [bearer(text)] });
    expect(decideIn(devOnly, [record], asks)).toMatchObject({ row: 'use-not-granted', status: 403 });
    expect(rowOf(plain, [record], asks)).toBe('accepted');
    expect(rowOf(devOnly, [live.record], request({ headers: [bearer(live.text)] }))).toBe('accepted');
  });
  it('PE-1 a user or group may be called like a property of an object', () => {
    const { text, record } = token({ subject: '__proto__' });
    const grant = (group: string) =>
      settingsOf(hosts.jira, {
        permissions: { ...plain.permissions, use: { to: 'groups', groups: [group] } },
      });
    expect(rowOf(grant('constructor'), [record], request({ headers: [basic('__proto__', text)] }))).toBe(
      'accepted',
    );
    expect(rowOf(grant('toString'), [record], request({ headers: [bearer(text)] }))).toBe('use-not-granted');
  });
});

describe('scope', () => {
  const reader = token({ scope: 'read-only' });
  const asking = (method: string, target = '/rest/api/2/issue', headers: [string, string][] = []) =>
    rowOf(plain, [reader.record], request({ method, target, headers: [bearer(reader.text), ...headers] }));
  it('SC-1 read-only covers GET, HEAD and OPTIONS, in exactly this case', () => {
    expect(
      ['GET', 'HEAD', 'OPTIONS', 'get', 'POST', 'PUT', 'DELETE', 'PATCH', 'PROPFIND', ''].map((m) =>
        asking(m),
      ),
    ).toEqual([...['accepted', 'accepted', 'accepted'], ...Array(7).fill('scope-exceeded')]);
  });
  it('SC-2 the session endpoint and the one that creates a token may be written to, at their exact raw path', () => {
    for (const path of ['/rest/auth/1/session', '/rest/auth/latest/session', '/rest/latchkey/1/tokens'])
      expect(asking('POST', path), path).toBe('accepted');
    for (const path of [
      '/rest/auth/1/session/',
      '/rest/auth/2/session',
      '/rest/auth/1/sessio%6e',
      '/rest//auth/1/session',
      '/rest/./auth/1/session',
      '/rest/auth/1/session;x',
      '/REST/auth/1/session',
    ])
      expect(asking('POST', path), path).toBe('scope-exceeded');
    expect(asking('DELETE', '/rest/auth/1/session')).toBe('scope-exceeded');
    expect(asking('POST', 'https://host.example/rest/auth/1/session?os=1')).toBe('accepted');
  });
  it('SC-2 which endpoint is exempt is told by its exact method and path, and never of a suspicious target', () => {
    const host = {
      ...hosts.jira,
      exempt: [...hosts.jira.exempt, { method: 'PUT', path: '/rest/x', session: false }],
    };
    const exemption = (method: string, target: string, path = target.split('?')[0] ?? '') =>
      exemptionOf(method, { ...classifyTarget(target, host), path }, host);
    expect(exemption('POST', '/rest/auth/1/session')).toBe('session');
    expect(exemption('PUT', '/rest/x?a')).toBe('listed');
    expect(exemption('POST', '/rest/x')).toBe('none');
    expect(exemption('POST', '/rest/latchkey/1/tokens')).toBe('create-token');
    expect(exemption('PUT', '/rest/latchkey/1/tokens')).toBe('none');
    expect(exemption('PUT', '/rest/a;b', '/rest/x')).toBe('none');
  });
  it('SC-2 the context path stands before the exempt paths', () => {
    const host = { ...hosts.jira, contextPath: '/jira' };
    const at = (target: string) =>
      decideIn(
        plain,
        [reader.record],
        request({ method: 'POST', target, headers: [bearer(reader.text)] }),
        {},
        host,
      ).row;
    expect(at('/jira/rest/auth/1/session')).toBe('accepted');
    expect(at('/rest/auth/1/session')).toBe('other-surface');
  });
  it('SC-4 a method override can only raise what is required', () => {
    const override = (...values: string[]) =>
      values.map((value): [string, string] => ['x-http-method-override', value]);
    expect(asking('GET', '/rest/x', override('GET'))).toBe('accepted');
    for (const values of [['POST'], ['get'], [''], ['GET', 'GET']])
      expect(asking('GET', '/rest/x', override(...values)), String(values)).toBe('scope-exceeded');
    expect(asking('POST', '/rest/x', override('GET'))).toBe('scope-exceeded');
    expect(asking('POST', '/rest/auth/1/session', override('DELETE'))).toBe('scope-exceeded');
    expect(asking('GET', '/rest/x?%5Fmethod=DELETE')).toBe('scope-exceeded');
    expect(asking('GET', '/rest/x?_METHOD=HEAD')).toBe('accepted');
    const writer = request({ method: 'GET', target: '/rest/x?_method=DELETE', headers: [bearer(live.text)] });
    expect(rowOf(plain, [live.record], writer)).toBe('accepted');
  });
  it('SC-5 an accepted session carries what the session may do and how long', () => {
    const bounded = token({ scope: 'read-only', expiresAt: now + 5000 });
    const session = request({
      method: 'POST',
      target: '/rest/auth/1/session',
      headers: [bearer(bounded.text)],
    });
    expect(decideIn(plain, [bounded.record], session).obligations).toEqual([
      { do: 'record-use', tokenId: bounded.record.id },
      { do: 'limit-session', scope: 'read-only', notAfter: now + 5000 },
    ]);
    const reads = request({ headers: [bearer(bounded.text)] });
    expect(decideIn(plain, [bounded.record], reads).obligations).toEqual([
      { do: 'record-use', tokenId: bounded.record.id },
    ]);
  });
  it('SC-5 a record without a known scope is unavailable, never unrestricted, however it is carried', () => {
    for (const scope of [undefined, 'admin', null]) {
      const record = { ...live.record, scope } as unknown as typeof live.record;
      for (const header of [bearer(live.text), basic('ada', live.text), basic('', live.text)])
        expect(decideIn(plain, [record], request({ headers: [header] }))).toMatchObject({
          row: 'unavailable',
          status: 503,
        });
    }
  });
});

describe('token', () => {
  const one = (record: Partial<typeof live.record>, header = bearer(live.text), settings = closed) =>
    rowOf(settings, [{ ...live.record, ...record }], request({ headers: [header] }));
  it('VA-6 a token is live up to, and not at, its end', () => {
    expect(one({ expiresAt: now + 1 })).toBe('accepted');
    expect(one({ expiresAt: now })).toBe('expired-closed');
  });
  it('VA-7 a lowered maximum leaves a token alone, or ends it at creation plus maximum', () => {
    const createdAt = Date.UTC(2025, 11, 15, 12);
    const under = (existing: 'keep' | 'clamp') =>
      settingsOf(hosts.jira, {
        validity: { maximum: 'P1M', choices: 'listed', existing },
        passwords: closed.passwords,
      });
    expect(one({ createdAt }, bearer(live.text), under('keep'))).toBe('accepted');
    expect(one({ createdAt }, bearer(live.text), under('clamp'))).toBe('expired-closed');
    expect(one({ createdAt: createdAt + 1 }, bearer(live.text), under('clamp'))).toBe('accepted');
  });
  it('TK-2 only its own secret opens a record', () => {
    const other = token();
    expect(one({ digest: other.record.digest })).toBe('unknown-closed');
  });
  it('CR-6 a user name has to be the subject, byte for byte, or empty', () => {
    expect(one({}, basic('ada', live.text))).toBe('accepted');
    expect(one({}, basic('', live.text))).toBe('accepted');
    for (const name of ['Ada', 'ada ', 'bob', 'а' + 'da'])
      expect(one({}, basic(name, live.text)), name).toBe('unknown-closed');
  });
  it('the first that holds: expired before revoked before an inactive user', () => {
    expect(one({ expiresAt: now - 1, revokedAt: now - 1, subject: 'eve' })).toBe('expired-closed');
    expect(one({ revokedAt: now - 1, subject: 'eve' })).toBe('revoked-closed');
    expect(one({ subject: 'eve' })).toBe('inactive-closed');
    expect(one({ subject: 'nobody' })).toBe('inactive-closed');
  });
  it('unavailable needs a failed look-up that was needed', () => {
    const down = { fault: 'store-unavailable' } as const;
    const ask = (header: readonly [string, string], settings = plain) =>
      rowOf(settings, [live.record], request({ headers: [header] }), down);
    expect(ask(bearer(live.text))).toBe('unavailable');
    expect(ask(basic('ada', live.text))).toBe('unavailable');
    expect(ask(basic('ada', 'a password'))).toBe('unknown-open');
    expect(ask(basic('ada', 'a password'), closed)).toBe('unknown-closed');
    const directoryDown = { fault: 'directory-unavailable' } as const;
    const expired = { ...live.record, expiresAt: now };
    expect(rowOf(closed, [expired], request({ headers: [bearer(live.text)] }), directoryDown)).toBe(
      'expired-closed',
    );
    expect(rowOf(closed, [live.record], request({ headers: [bearer(live.text)] }), directoryDown)).toBe(
      'unavailable',
    );
  });
});

describe('fallback', () => {
  const asks = (header: readonly [string, string], settings = plain, host = hosts.jira, target = '/rest/x') =>
    decideIn(settings, [], request({ target, headers: [header] }), {}, host).facts.fallback;
  it('DE-1 Basic follows the password mode', () => {
    expect(asks(basic('ada', 'pw'))).toBe('open');
    expect(asks(basic('ada', 'pw'), closed)).toBe('closed');
  });
  it('DE-5 a secret in our format stays away from the password check where that is asked for', () => {
    const refuse = settingsOf(hosts.jira, { passwords: { mode: 'accepted', recognisedTokens: 'refuse' } });
    expect(asks(basic('ada', live.text), refuse)).toBe('closed');
    expect(asks(basic('ada', `${live.text.slice(0, -1)}!`), refuse)).toBe('open');
    expect(asks(basic('ada', live.text))).toBe('open');
  });
  it('DE-1 Bearer goes on only if it is not ours and host tokens are accepted', () => {
    expect(asks(bearer('abc'))).toBe('open');
    expect(asks(bearer(live.text))).toBe('closed');
    expect(asks(bearer('abc'), settingsOf(hosts.jira, { hostTokens: 'refused' as never }))).toBe('closed');
  });
  it('DE-1 a token header never goes on, and never beside Authorization', () => {
    const host = { ...hosts.jira, tokenHeader: 'X-API-Key' };
    expect(asks(['x-api-key', 'abc'], plain, host)).toBe('closed');
    const both = request({ headers: [['X-API-Key', live.text], bearer(live.text)] });
    expect(decideIn(plain, [live.record], both, {}, host).row).toBe('malformed');
    expect(
      decideIn(plain, [live.record], request({ headers: [['X-Api-Key', live.text]] }), {}, host).row,
    ).toBe('accepted');
    expect(decideIn(plain, [live.record], request({ headers: [['X-Api-Key', live.text]] })).row).toBe(
      'anonymous',
    );
  });
  it('DE-1 an exception for the remote API opens it for passwords there only', () => {
    const exception = settingsOf(hosts.confluence, {
      passwords: { mode: 'refused', pathGuard: false, remoteApi: 'accepted' },
    });
    expect(asks(basic('ada', 'pw'), exception, hosts.confluence, '/rpc/xmlrpc')).toBe('open');
    expect(asks(basic('ada', 'pw'), exception, hosts.confluence, '/rest/x')).toBe('closed');
  });
  it('DE-1 an allow-list for all credentials closes the fallback at other addresses, on the remote API too', () => {
    const network = { allow: ['192.0.2.0/24'], appliesTo: 'all-credentials' } as const;
    const all = settingsOf(hosts.confluence, { network });
    expect(decideIn(all, [], request({ headers: [basic('ada', 'pw')] }), {}, hosts.confluence).row).toBe(
      'address-refused-closed',
    );
    const remote = request({ target: '/rpc/xmlrpc', headers: [basic('ada', 'pw')] });
    expect(decideIn(all, [], remote, {}, hosts.confluence).row).toBe('remote-closed');
    expect(decideIn(all, [], { ...remote, peer: '192.0.2.9' }, {}, hosts.confluence).row).toBe('remote-open');
  });
});

describe('gathering', () => {
  it('nothing is gathered that the row no longer needs', () => {
    const { facts, client } = decideIn(
      plain,
      [live.record],
      request({ target: '/browse/A-1', headers: [bearer(live.text)] }),
    );
    expect(facts).toEqual({
      surface: 'other',
      path: null,
      credential: null,
      fallback: null,
      address: null,
      token: null,
      scope: null,
      attempts: null,
    });
    expect(client).toBeNull();
    const narrow = settingsOf(hosts.jira, { network: { allow: ['192.0.2.1'] } });
    expect(decideIn(narrow, [live.record], request({ headers: [bearer(live.text)] })).facts).toMatchObject({
      address: 'refused',
      token: null,
    });
  });
  it('DE-6 the limiter is asked for Basic only, and never locks a live token', () => {
    const locked = { attempts: 'locked' } as const;
    const ask = (header: readonly [string, string]) =>
      rowOf(plain, [live.record], request({ headers: [header] }), locked);
    expect(ask(basic('ada', 'pw'))).toBe('unusable-locked');
    expect(ask(basic('ada', live.text))).toBe('accepted');
    expect(ask(bearer('abc'))).toBe('unknown-open');
  });
  it('SE-4 unreadable settings refuse every credential on REST with 503 and on the remote API with 401', () => {
    const broken = { fault: 'settings-unreadable' } as const;
    const ask = (target: string, headers: [string, string][]) =>
      decideIn(settingsOf(hosts.confluence, {}), [], request({ target, headers }), broken, hosts.confluence);
    const password = [...basic('ada', 'pw')] as [string, string];
    expect(ask('/rest/x', [password])).toMatchObject({ row: 'unavailable', status: 503, client: null });
    expect(ask('/rpc/xmlrpc', [password])).toMatchObject({ row: 'remote-closed', status: 401 });
    expect(ask('/rest/x', []).row).toBe('anonymous');
    expect(ask('/x', [password]).row).toBe('other-surface');
  });
});
