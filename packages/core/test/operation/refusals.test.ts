import { describe, expect, it } from 'vitest';
import { hosts, type TokenRecord } from '../../src/index.ts';
import { type Actor, actorOf } from '../../src/operation/actor.ts';
import { listAudit } from '../../src/operation/audit.ts';
import { impactOfDocument } from '../../src/operation/impact.ts';
import { isId, issueToken } from '../../src/operation/issue.ts';
import { listTokens, showToken } from '../../src/operation/list.ts';
import { purgeTokens } from '../../src/operation/purge.ts';
import { relabelToken, revokeToken, revokeTokensOf } from '../../src/operation/revoke.ts';
import { rotateToken } from '../../src/operation/rotate.ts';
import { loadSettings, reviewDocument, saveSettings } from '../../src/operation/settings.ts';
import { type PortCall, systemOrigin } from '../../src/operation/step.ts';
import { bearer, decideIn, now, request, settingsOf, token, users } from '../world.ts';
import { type Answers, type Asked, context, drive } from './driven.ts';

type Steps = Generator<
  PortCall,
  { readonly ok: boolean; readonly value?: unknown; readonly problem?: unknown },
  unknown
>;

const ada = token({ subject: 'ada' }).record;
const bobs = token({ subject: 'bob' }).record;
const readOnly = token({ subject: 'ada', scope: 'read-only' }).record;
const by = (subject: string, more: Partial<Actor> = {}): Actor => ({ subject, ...more });
const reader = by('ada', { tokenId: readOnly.id });
const document = settingsOf(hosts.jira, {});
const place = { host: hosts.jira, now };
const noGrant = { create: { to: 'groups', groups: ['nobody'], readOnly: false } } as const;

/** Each operation as it succeeds, with the least that it asks. */
const operations: [string, () => Steps, TokenRecord[]?, Answers?][] = [
  ['issue', () => issueToken(by('clerk'), { subject: 'bob', label: 'x' }, context())],
  ['issue by a token', () => issueToken(by('ada', { tokenId: ada.id }), { label: 'x' }, context()), [ada]],
  ['show', () => showToken(by('ada'), ada.id, context()), [ada]],
  ['list', () => listTokens(by('ada'), {}, context()), [ada]],
  ['relabel', () => relabelToken(by('ada'), ada.id, 'y', context()), [ada]],
  ['revoke', () => revokeToken(by('ada'), ada.id, context()), [ada]],
  ['revokeAll', () => revokeTokensOf(by('ada'), 'ada', context()), [ada]],
  ['rotate', () => rotateToken(by('ada'), ada.id, {}, context()), [ada]],
  [
    'purge',
    () => purgeTokens(by('root'), { retentionMs: 0 }, context()),
    [],
    { 'tokens.findEnded': [ada.id], 'tokens.remove': 1 },
  ],
  ['audit', () => listAudit(by('root'), {}, context())],
  ['impact', () => impactOfDocument(by('root'), document, { users: users.slice(1) }, context()), [ada]],
  ['settings load', () => loadSettings(by('root'), place)],
  [
    'settings save',
    () => saveSettings(by('root', { tokenId: 'aaaaaaaaaaaaaaaa' }), document, 0, place),
    [{ ...ada, id: 'aaaaaaaaaaaaaaaa', subject: 'root' }],
  ],
];

const outage = {
  code: 'unavailable',
  path: [],
  message: 'A store or the directory did not answer in time; look whether it happened before trying again.',
};

describe('a port that fails', () => {
  it.each(operations)(
    'ST-5 ends %s as unavailable, whichever call it is',
    (_name, steps, records, answers) => {
      const { result, calls } = drive(steps(), records, answers);
      expect(result.ok).toBe(true);
      expect(calls).toBeGreaterThan(0);
      for (let failing = 0; failing < calls; failing++) {
        const failed = drive(steps(), records, answers, failing);
        expect([failed.result.problem].flat()).toEqual([outage]);
        expect(failed.calls).toBe(failing + 1);
      }
    },
  );
});

const notPermitted = (message: string) => ({ code: 'not-permitted', path: [], message });
const unknownToken = { code: 'token-unknown', path: ['id'], message: 'There is no such token.' };
const readerRefused = notPermitted('A read-only token can do this for nobody.');

const refusals: [string, Steps, object, TokenRecord[]?, Answers?][] = [
  ['PE-2 nobody', listTokens(by('nobody'), {}, context()), notPermitted('The user is unknown or inactive.')],
  [
    'PE-2 the inactive',
    listTokens(by('eve'), {}, context()),
    notPermitted('The user is unknown or inactive.'),
  ],
  [
    'SC-5 a token that is not live',
    listTokens(by('ada', { tokenId: ada.id }), {}, context()),
    notPermitted('The token that the request was made with is not live.'),
    [{ ...ada, revokedAt: now }],
  ],
  [
    'SC-5 the token of somebody else',
    listTokens(by('ada', { tokenId: bobs.id }), {}, context()),
    notPermitted('The token that the request was made with is not live.'),
    [bobs],
  ],
  [
    'PE-2 the token of one who may not use tokens',
    listTokens(
      by('ada', { tokenId: ada.id }),
      {},
      context({ permissions: { use: { to: 'groups', groups: ['ops'] } } }),
    ),
    notPermitted('The token that the request was made with is not live.'),
    [ada],
  ],
  [
    'SC-5 a session that has ended',
    listTokens(by('ada', { limits: { scope: 'read-write', notAfter: now } }), {}, context()),
    notPermitted('The session has ended.'),
  ],
  [
    'PE-1 one without the grant to create',
    issueToken(by('ada'), { label: 'x' }, context({ permissions: noGrant })),
    notPermitted('The user may not create tokens.'),
  ],
  [
    'PE-3 one without the grant to create for others',
    issueToken(by('ada'), { subject: 'bob', label: 'x' }, context()),
    notPermitted('The user may not create tokens for others.'),
  ],
  [
    'PE-3 an unknown subject',
    issueToken(by('clerk'), { subject: 'nobody', label: 'x' }, context()),
    { code: 'subject-unknown', path: ['subject'], message: 'There is no such user in the directory.' },
  ],
  [
    'PE-3 an inactive subject',
    issueToken(by('clerk'), { subject: 'eve', label: 'x' }, context()),
    { code: 'subject-inactive', path: ['subject'], message: 'The user is inactive in the directory.' },
  ],
  [
    'TK-4 a label that is none',
    issueToken(by('ada'), { label: '' }, context()),
    {
      code: 'label-malformed',
      path: ['label'],
      message: 'A label has 1 to 255 characters and no control characters.',
    },
  ],
  [
    'SC-3 a scope that is none',
    issueToken(by('ada'), { label: 'x', scope: 'all' as never }, context()),
    { code: 'scope-malformed', path: ['scope'], message: 'A scope is "read-only" or "read-write".' },
  ],
  [
    'VA-4 an expiry that is none',
    issueToken(by('ada'), { label: 'x', expiry: { at: 'soon' } as never }, context()),
    { code: 'expiry-malformed', path: ['expiry', 'at'] },
  ],
  [
    'TK-8 one live token too many',
    issueToken(by('ada'), { label: 'x' }, context()),
    {
      code: 'limit-reached',
      path: [],
      message: 'The user has 5 live tokens, the most allowed; revoke one first.',
    },
    [],
    { 'tokens.insert': 'limit-reached' },
  ],
  ['TK-5 an id that is none', showToken(by('ada'), 'x', context()), unknownToken, [{ ...ada, id: 'x' }]],
  ['PE-5 the token of another', showToken(by('ada'), bobs.id, context()), unknownToken, [bobs]],
  ['PE-5 a token that is not there', showToken(by('ada'), ada.id, context()), unknownToken],
  [
    'PE-5 the tokens of another',
    listTokens(by('ada'), { subject: 'bob' }, context()),
    notPermitted('The user may list its own tokens only.'),
  ],
  ...[0, 1001, 1.5].map((limit): [string, Steps, object] => [
    `TK-8 a page of ${limit}`,
    listTokens(by('ada'), { limit }, context()),
    { code: 'limit-out-of-bounds', path: ['limit'], message: 'A page has 1 to 1000 entries.' },
  ]),
  ...[
    '',
    'x',
    `a.${ada.id}x`,
    `xa b.${ada.id}`,
    `é1.${ada.id}`,
    '1.',
    `-.${ada.id}`,
    `${'z'.repeat(11)}.${ada.id}`,
  ].map((cursor): [string, Steps, object] => [
    `ST-6 the cursor ${JSON.stringify(cursor.replace(ada.id, '…'))}`,
    listTokens(by('ada'), { cursor }, context()),
    { code: 'cursor-malformed', path: ['cursor'], message: 'The cursor is not one that a listing gave out.' },
  ]),
  [
    'SC-1 a reader that relabels',
    relabelToken(reader, ada.id, 'y', context()),
    readerRefused,
    [ada, readOnly],
  ],
  ['SC-1 a reader that revokes', revokeToken(reader, ada.id, context()), readerRefused, [ada, readOnly]],
  [
    'SC-1 a reader that revokes all',
    revokeTokensOf(reader, 'ada', context()),
    readerRefused,
    [ada, readOnly],
  ],
  ['SC-1 a reader that rotates', rotateToken(reader, ada.id, {}, context()), readerRefused, [ada, readOnly]],
  [
    'SC-1 a reader that purges',
    purgeTokens(
      by('root', { limits: { scope: 'read-only', notAfter: null } }),
      { retentionMs: 0 },
      context(),
    ),
    readerRefused,
  ],
  [
    'TK-5 relabelling what is gone by then',
    relabelToken(by('ada'), ada.id, 'y', context()),
    unknownToken,
    [ada],
    { 'tokens.relabel': 'not-found' },
  ],
  [
    'TK-4 relabelling with no label',
    relabelToken(by('ada'), ada.id, 'x\n', context()),
    { code: 'label-malformed' },
    [ada],
  ],
  [
    'TK-5 revoking what is gone by then',
    revokeToken(by('ada'), ada.id, context()),
    unknownToken,
    [ada],
    { 'tokens.revoke': 'not-found' },
  ],
  ['PE-5 revoking the token of another', revokeToken(by('ada'), bobs.id, context()), unknownToken, [bobs]],
  [
    'PE-5 revoking all tokens of another',
    revokeTokensOf(by('ada'), 'bob', context()),
    notPermitted('The user may revoke its own tokens only.'),
    [bobs],
  ],
  ...[-1, 7 * 86_400_000 + 1, 0.5].map((graceMs): [string, Steps, object, TokenRecord[]] => [
    `TK-5 a grace of ${graceMs}`,
    rotateToken(by('ada'), ada.id, { graceMs }, context()),
    {
      code: 'grace-out-of-bounds',
      path: ['graceMs'],
      message: 'The grace is 0 to 7 days, in whole milliseconds.',
    },
    [ada],
  ]),
  [
    'PE-1 rotating without the grant to create',
    rotateToken(by('ada'), ada.id, {}, context({ permissions: noGrant })),
    notPermitted('The user may not create tokens for this subject.'),
    [ada],
  ],
  [
    'PE-3 rotating the token of another without the grant',
    rotateToken(by('root'), bobs.id, {}, context()),
    notPermitted('The user may not create tokens for this subject.'),
    [bobs],
  ],
  [
    'TK-5 rotating what has ended',
    rotateToken(by('ada'), ada.id, {}, context()),
    { code: 'token-ended', path: ['id'], message: 'The token is expired; create a new one.' },
    [{ ...ada, expiresAt: now }],
  ],
  [
    'SC-3 rotating to a scope that is not granted',
    rotateToken(
      by('ada'),
      ada.id,
      {},
      context({ permissions: { create: { to: 'everyone', readOnly: true } } }),
    ),
    { code: 'scope-not-permitted' },
    [ada],
  ],
  [
    'VA-4 rotating to an expiry that is none',
    rotateToken(by('ada'), ada.id, { expiry: { at: 'soon' } as never }, context()),
    { code: 'expiry-malformed', path: ['expiry', 'at'] },
    [ada],
  ],
  [
    'TK-8 rotating with too many live tokens',
    rotateToken(by('ada'), ada.id, {}, context()),
    { code: 'limit-reached' },
    [ada],
    { 'tokens.replace': 'limit-reached' },
  ],
  [
    'TK-5 a purge by one who is no administrator',
    purgeTokens(by('clerk'), { retentionMs: 0 }, context()),
    notPermitted('Only administrators purge tokens.'),
  ],
  ...[-1, 0.5].map((retentionMs): [string, Steps, object] => [
    `TK-5 a retention of ${retentionMs}`,
    purgeTokens(by('root'), { retentionMs }, context()),
    {
      code: 'retention-out-of-bounds',
      path: ['retentionMs'],
      message: 'A retention is whole milliseconds, 0 or more.',
    },
  ]),
  [
    'TK-7 the log for one who is no administrator',
    listAudit(by('clerk'), {}, context()),
    notPermitted('Only administrators read the audit log.'),
  ],
  [
    'TK-7 a page of the log of 0',
    listAudit(by('root'), { limit: 0 }, context()),
    { code: 'limit-out-of-bounds' },
  ],
  ...['', 'a b', 'a'.repeat(65), 'é1', '1é'].map((cursor): [string, Steps, object] => [
    `TK-7 the cursor ${JSON.stringify(cursor)} of the log`,
    listAudit(by('root'), { cursor }, context()),
    { code: 'cursor-malformed', path: ['cursor'], message: 'The cursor is not one that a listing gave out.' },
  ]),
  [
    'TK-7 an engine without a log',
    listAudit(by('root'), {}, context()),
    { code: 'audit-absent', path: [], message: 'This engine has no audit log to read from.' },
    [],
    { audit: null },
  ],
  [
    'IM-1 the impact for one who is no administrator',
    impactOfDocument(by('clerk'), document, {}, context()),
    notPermitted('Only administrators see what settings would change.'),
  ],
  ...['clerk', 'nobody', 'eve'].map((who): [string, Steps, object] => [
    `SE-5 settings for ${who}`,
    loadSettings(by(who), place),
    notPermitted('Only administrators see and change settings.'),
  ]),
  [
    'SE-5 settings that are fixed in code',
    loadSettings(by('root'), place),
    { code: 'settings-fixed', path: [], message: 'The settings of this engine are fixed in code.' },
    [],
    { settings: null },
  ],
  [
    'SC-5 a reader that saves settings',
    saveSettings(by('root', { limits: { scope: 'read-only', notAfter: null } }), document, 0, place),
    notPermitted('What may only read changes no settings.'),
  ],
  [
    'SC-5 an ended session that saves settings',
    saveSettings(by('root', { limits: { scope: 'read-write', notAfter: now } }), document, 0, place),
    notPermitted('What may only read changes no settings.'),
  ],
  ...(['read-only', 'ended', 'of another', 'absent'] as const).map(
    (kind): [string, Steps, object, TokenRecord[]] => [
      `SC-5 settings saved with a token that is ${kind}`,
      saveSettings(by('root', { tokenId: ada.id }), document, 0, place),
      notPermitted('What may only read changes no settings.'),
      {
        'read-only': [{ ...ada, subject: 'root', scope: 'read-only' as const }],
        ended: [{ ...ada, subject: 'root', expiresAt: now }],
        'of another': [ada],
        absent: [],
      }[kind],
    ],
  ),
  [
    'SE-5 another revision',
    saveSettings(by('root'), document, 3, place),
    {
      code: 'conflict',
      path: [],
      message: 'The settings were changed since they were read; nothing was saved. Read them again.',
    },
  ],
  [
    'SE-5 a save that another overtook',
    saveSettings(by('root'), document, 0, place),
    { code: 'conflict' },
    [],
    { 'settings.save': 'conflict' },
  ],
  [
    'SE-5 saving settings that are fixed in code',
    saveSettings(by('root'), document, 0, place),
    { code: 'settings-fixed' },
    [],
    { settings: null },
  ],
];

describe('refusals', () => {
  it.each(refusals)(
    '%s is refused by its code, its place and its words',
    (_name, steps, problem, records, answers) => {
      const { result, asked } = drive(steps, records, answers);
      expect(result.ok).toBe(false);
      expect([result.problem].flat()[0]).toMatchObject(problem);
      const writes = asked.filter(([port]) => /insert|relabel|revoke|replace|remove|save/.test(port));
      expect(writes.length).toBe(Object.keys(answers ?? {}).filter((name) => name.includes('.')).length);
    },
  );
});

const askedOf = (asked: readonly Asked[], port: string) => asked.filter(([name]) => name === port);

describe('what operations ask and answer', () => {
  it('TK-1 an id that is taken is drawn again, three times at most', () => {
    const taken = drive(issueToken(by('ada'), { label: 'x' }, context()), [], {
      'tokens.insert': 'duplicate',
    });
    expect(taken.result).toMatchObject({
      ok: false,
      problem: { code: 'unavailable', message: 'No free token id was drawn; check the random source.' },
    });
    const inserts = askedOf(taken.asked, 'tokens.insert');
    expect(new Set(inserts.map(([, record]) => (record as TokenRecord).id)).size).toBe(3);
    expect(inserts[0]?.[3]).toEqual({ live: 5, at: now });
  });

  it.each(['changed', 'duplicate'])('TK-5 a rotation answered with %s is tried three times', (word) => {
    const { result, asked } = drive(rotateToken(by('ada'), ada.id, {}, context()), [ada], {
      'tokens.replace': word,
    });
    expect(result).toMatchObject({ ok: false, problem: { code: 'unavailable' } });
    const replaced = askedOf(asked, 'tokens.replace');
    expect(replaced).toHaveLength(3);
    expect(replaced[0]?.[4]).toEqual({ live: 5, at: now });
  });

  it('PE-4 a token for one who may not use it is made, with a warning', () => {
    const use = { to: 'groups', groups: ['clerks'] } as const;
    const steps = issueToken(
      by('clerk'),
      { subject: 'bob', label: 'x' },
      context({ permissions: { use, createOnBehalf: use } }),
    );
    expect(drive(steps).result).toMatchObject({
      ok: true,
      value: {
        findings: [
          {
            code: 'subject-lacks-use',
            severity: 'warning',
            path: ['permissions', 'use'],
            message: 'The user of the new token may not use tokens.',
            remedy: 'Add the user to a group of permissions.use.',
          },
        ],
      },
    });
  });

  it('TK-2 a key version without a key is misuse', () => {
    const digests = { current: '1', of: () => null };
    expect(() => drive(issueToken(by('ada'), { label: 'x' }, { ...context(), digests }))).toThrow(
      new TypeError('The current key version has no key.'),
    );
  });

  it('TK-5 only filters that were given are asked for, with one entry more than the page', () => {
    const bare = drive(listTokens(by('root'), { limit: 1000 }, context()));
    expect(askedOf(bare.asked, 'tokens.list')).toStrictEqual([['tokens.list', { after: null, limit: 1001 }]]);
    const range = { from: 1, to: 2 };
    const filters = { label: 'x', scope: 'read-only', created: range, used: range, expires: range } as const;
    const full = drive(listTokens(by('ada'), { ...filters, limit: 1, cursor: `-2s.${ada.id}` }, context()));
    expect(askedOf(full.asked, 'tokens.list')).toStrictEqual([
      ['tokens.list', { ...filters, subject: 'ada', after: { createdAt: -100, id: ada.id }, limit: 2 }],
    ]);
  });

  it('ST-6 a page shows as many as were asked for, no broken record, and leads on only where there is more', () => {
    const page = (records: TokenRecord[], limit: number) =>
      drive(listTokens(by('root'), { limit }, context()), records).result;
    expect(page([ada, bobs, readOnly], 2)).toMatchObject({
      value: { tokens: [{ id: ada.id }, { id: bobs.id }], next: `${bobs.createdAt.toString(36)}.${bobs.id}` },
    });
    expect(page([ada, bobs], 2)).toMatchObject({ value: { tokens: [{}, {}], next: null } });
    const broken = { ...bobs, scope: 'all' as never };
    expect(page([ada, broken], 2)).toMatchObject({ value: { tokens: [{ id: ada.id }], next: null } });
    expect(page([], 2)).toEqual({ ok: true, value: { tokens: [], next: null } });
  });

  it('TK-5 revoking all passes over what is revoked, counts what it ended, and goes on page by page', () => {
    const ended = { ...ada, revokedAt: now };
    const words: Record<string, string> = { [bobs.id]: 'not-found', [readOnly.id]: 'already-revoked' };
    const { result, asked } = drive(
      revokeTokensOf(by('root'), 'ada', context()),
      [ended, bobs, readOnly, ada],
      {
        'tokens.revoke': (id: string) => words[id] ?? 'revoked',
      },
    );
    expect(result).toEqual({ ok: true, value: { revoked: 1 } });
    expect(askedOf(asked, 'tokens.revoke')).toHaveLength(3);
    let pages = 0;
    const long = drive(revokeTokensOf(by('root'), 'ada', context()), [], {
      'tokens.list': () => (pages++ === 0 ? Array.from({ length: 100 }, () => ended) : []),
    });
    expect(askedOf(long.asked, 'tokens.list').map(([, query]) => query)).toEqual([
      { subject: 'ada', after: null, limit: 100 },
      { subject: 'ada', after: { createdAt: ada.createdAt, id: ada.id }, limit: 100 },
    ]);
  });

  it('ST-7 a purge goes on while its rounds are full and something was deleted', () => {
    const rounds = (found: number[], removed: number[]) => {
      let round = 0;
      const { result, asked } = drive(purgeTokens(by('root'), { retentionMs: 10 }, context()), [], {
        'tokens.findEnded': () => Array.from({ length: found[round] ?? 0 }, () => ada.id),
        'tokens.remove': () => removed[round++],
      });
      return [
        result.ok && result.value.purged,
        askedOf(asked, 'tokens.findEnded').length,
        askedOf(asked, 'tokens.remove').length,
      ];
    };
    expect(rounds([500, 500, 0], [500, 1, 0])).toEqual([501, 3, 2]);
    expect(rounds([500, 499, 500], [500, 499, 500])).toEqual([999, 2, 2]);
    expect(rounds([500, 500], [0, 500])).toEqual([0, 1, 1]);
    expect(rounds([0], [])).toEqual([0, 1, 0]);
  });

  it('TK-7 a page of the log leads on only where there is more', () => {
    const entries = ['9', '8', '7'].map((position) => ({ position }));
    const page = (limit: number, cursor?: string) =>
      drive(listAudit(by('root'), { limit, ...(cursor === undefined ? {} : { cursor }) }, context()), [], {
        'audit.list': entries,
      });
    expect(page(2).result).toEqual({ ok: true, value: { entries: entries.slice(0, 2), next: '8' } });
    expect(page(3, 'a-Z').result).toEqual({ ok: true, value: { entries, next: null } });
    expect(askedOf(page(3, 'a-Z').asked, 'audit.list')).toEqual([['audit.list', { after: 'a-Z', limit: 4 }]]);
  });

  it('SE-5 settings that were never saved are the defaults at revision 0; what does not parse is shown with why', () => {
    expect(drive(loadSettings(by('root'), place)).result).toEqual({
      ok: true,
      value: { revision: 0, settings: document, document, problems: [] },
    });
    const broken = drive(loadSettings(by('root'), place), [], {
      'settings.load': { document: 7, revision: 4 },
    });
    expect(broken.result).toMatchObject({
      value: { revision: 4, settings: null, document: 7, problems: [{}] },
    });
  });

  it('RE-1 a save is reviewed against the settings before it', () => {
    const month = settingsOf(hosts.jira, { validity: { maximum: 'P1M' } });
    const year = settingsOf(hosts.jira, { validity: { maximum: 'P1Y' } });
    const codes = (saved: unknown) => {
      const { result } = drive(saveSettings(by('root'), month, 1, place), [], {
        'settings.load': { document: saved, revision: 1 },
      });
      return result.ok ? result.value.findings.map(({ code }) => code) : [];
    };
    expect(codes(year)).not.toEqual(codes(month));
    expect(codes(7)).toEqual(codes(month));
  });

  it('SC-5 a session that lasts may save settings', () => {
    const limits = { scope: 'read-write', notAfter: now + 1 } as const;
    expect(drive(saveSettings(by('root', { limits }), document, 0, place)).result.ok).toBe(true);
  });

  it('TK-5 an id has 16 base62 characters', () => {
    expect(
      ['0123456789abcdeF', '0123456789abcde', '0123456789abcdefg', '-123456789abcdef', 7, null].map(isId),
    ).toEqual([true, false, false, false, false, false]);
    expect(isId({ toString: () => '0123456789abcdeF' })).toBe(false);
  });

  it('TK-7 the actor of an allowed request has its token and its resolved address', () => {
    const live = token();
    const decision = decideIn(document, [live.record], request({ headers: [bearer(live.text)] }));
    if (decision.effect !== 'allow') throw new Error('the request was to be allowed');
    const known = { subject: 'ada', tokenId: live.record.id };
    expect(actorOf(decision)).toEqual({ ...known, address: '10.0.0.7' });
    expect(actorOf({ ...decision, client: null })).toEqual({ ...known, address: null });
    const unresolved = { kind: 'unresolved', why: 'peer-unknown', trail: [], anomalies: [] } as const;
    expect(actorOf({ ...decision, client: unresolved })).toEqual({ ...known, address: null });
  });

  it('TK-7 what no user caused has the engine for its actor', () => {
    expect(systemOrigin(5)).toEqual({ at: 5, actor: 'latchkey', actorTokenId: null, address: null });
  });

  it('RE-1 a document is reviewed without being saved, or every problem in it is told', () => {
    const problem = [
      { code: 'required', path: ['hostTokens'], message: 'Expected one of "accepted", "refused".' },
    ];
    expect(reviewDocument(document, hosts.jira)).toMatchObject({ ok: true });
    expect(reviewDocument({ ...document, hostTokens: undefined }, hosts.jira)).toEqual({
      ok: false,
      problem,
    });
  });
});
