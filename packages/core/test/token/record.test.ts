import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lastInstant } from '../../src/parse/instant.ts';
import {
  effectiveExpiry,
  isDigest,
  isLabel,
  isRecordOf,
  isTokenRecord,
  statusOf,
  type TokenRecord,
} from '../../src/token/record.ts';
import { addValidity, type Validity, validities } from '../../src/token/validity.ts';

const created = Date.UTC(2026, 7, 31);
const record: TokenRecord = {
  id: '0123456789ABCDEF',
  digest: 'ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0',
  keyVersion: null,
  label: 'build server',
  subject: 'alice',
  issuedBy: 'bob',
  scope: 'read-only',
  createdAt: created,
  expiresAt: null,
  lastUsedAt: null,
  revokedAt: null,
  revokedBy: null,
  replaces: null,
};

describe('isRecordOf', () => {
  it('TK-4 a whole record of that id, whatever the characters of its digest', () => {
    expect(isRecordOf(record, record.id)).toBe(true);
    expect(isRecordOf({ ...record, digest: '' }, record.id)).toBe(true);
    expect(isRecordOf({ ...record, digest: 7 }, record.id)).toBe(false);
    expect(isRecordOf(record, 'FEDCBA9876543210')).toBe(false);
    for (const value of [null, undefined, 'text']) expect(isRecordOf(value, record.id)).toBe(false);
  });
  it('TK-2 a digest is 43 characters of base64url', () => {
    expect(isDigest(record.digest)).toBe(true);
    for (const digest of ['', record.digest.slice(1), `${record.digest}A`, `${record.digest.slice(1)}=`])
      expect(isDigest(digest)).toBe(false);
  });
});

describe('isTokenRecord', () => {
  it('TK-4 a whole record, with every optional part and with none', () => {
    expect(isTokenRecord(record)).toBe(true);
    const full: TokenRecord = {
      ...record,
      keyVersion: 'v2',
      scope: 'read-write',
      expiresAt: created + 1,
      lastUsedAt: created,
      revokedAt: created,
      revokedBy: 'carol',
      replaces: 'FEDCBA9876543210',
    };
    expect(isTokenRecord(full)).toBe(true);
    expect(isTokenRecord({ ...record, subject: '__proto__', somethingElse: 1 })).toBe(true);
  });

  it('TK-4 a record that lacks any one field is none', () => {
    for (const field of Object.keys(record)) {
      const { [field as keyof TokenRecord]: _, ...rest } = record;
      expect([field, isTokenRecord(rest)]).toEqual([field, false]);
      expect([field, isTokenRecord({ ...record, [field]: undefined })]).toEqual([field, false]);
    }
  });

  it('TK-4 null stands only where a field may be empty', () => {
    const nullable = ['keyVersion', 'expiresAt', 'lastUsedAt', 'revokedAt', 'revokedBy', 'replaces'];
    for (const field of Object.keys(record))
      expect([field, isTokenRecord({ ...record, [field]: null })]).toEqual([field, nullable.includes(field)]);
  });

  const texts = [1, true, {}, [], ['x'], ''];
  const instants = [
    0.5,
    Number.NaN,
    Infinity,
    lastInstant + 1,
    -lastInstant - 1,
    '0',
    '2030-01-01T00:00:00Z',
    true,
    {},
    1n,
  ];
  it.each([
    [
      'id',
      [
        ...texts,
        '0123456789ABCDE',
        '0123456789ABCDEF0',
        '0123456789ABCDE-',
        '0123456789ABCDE_',
        '../3456789ABCDEF',
      ],
    ],
    [
      'digest',
      [
        ...texts,
        record.digest.slice(1),
        `${record.digest}A`,
        `${record.digest.slice(1)}=`,
        `${record.digest.slice(1)}+`,
        `${record.digest.slice(1)}/`,
        `${record.digest.slice(1)}\u00e9`,
        `@${record.digest.slice(1)}`,
        `[${record.digest.slice(1)}`,
        `\`${record.digest.slice(1)}`,
        `{${record.digest.slice(1)}`,
        `:${record.digest.slice(1)}`,
      ],
    ],
    ['keyVersion', texts],
    ['label', [...texts, 'a\nb', 'x'.repeat(256)]],
    ['subject', texts],
    ['issuedBy', texts],
    ['scope', [...texts, 'admin', 'READ-ONLY', 'read-only ', 'read', '__proto__']],
    ['createdAt', instants],
    ['expiresAt', instants],
    ['lastUsedAt', instants],
    ['revokedAt', instants],
    ['revokedBy', texts],
    ['replaces', [...texts, '0123456789ABCDE']],
  ] as const)('TK-4 %s of the wrong type or form is refused', (field, values) => {
    for (const value of values)
      expect([value, isTokenRecord({ ...record, [field]: value })]).toEqual([value, false]);
  });

  it('SC-5 a missing or unknown scope is no record: never "unrestricted"', () => {
    for (const scope of [undefined, null, '', 'all', 'read-write '])
      expect(isTokenRecord({ ...record, scope })).toBe(false);
  });

  it.each([
    ['null', null],
    ['undefined', undefined],
    ['a text', 'record'],
    ['a number', 1],
    ['true', true],
    ['a list', []],
    ['a function', () => record],
  ])('TK-4 %s is no record', (_, value) => {
    expect(isTokenRecord(value)).toBe(false);
  });

  it('TK-4 the ends of the calendar are instants', () => {
    expect(isTokenRecord({ ...record, createdAt: -lastInstant, expiresAt: lastInstant, lastUsedAt: 0 })).toBe(
      true,
    );
  });

  it('TK-4 any value has an answer', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withNullPrototype: true }), (value) => {
        expect(isTokenRecord(value)).toBe(false);
      }),
    );
  });
});

describe('isLabel', () => {
  it.each([
    'x',
    ' ',
    'x'.repeat(255),
    'Zoë’s laptop',
    '名前',
    '🔑',
    '🔑'.repeat(127),
    '\u00a0',
    '~',
    '\u{10ffff}',
    '\uffff',
    '\ue000',
  ])('TK-4 %j may be a label', (text) => {
    expect(isLabel(text)).toBe(true);
  });

  it.each([
    '',
    'x'.repeat(256),
    '🔑'.repeat(128),
    '\0',
    'a\nb',
    'a\tb',
    '\x1f',
    'a\x7f',
    '\x80',
    '\x9b31m',
    '\x9f',
    '\ud83d',
    'a\udd11',
    '\uffff\0',
    '\udd11\ud83d',
    '\ud800',
    '\udfff',
  ])('TK-4 %j may not', (text) => {
    expect(isLabel(text)).toBe(false);
  });

  it('TK-4 just the texts of 1 to 255 code units without control characters and halves of pairs', () => {
    const unit = fc.oneof(
      fc.integer({ min: 0, max: 0x10ffff }).map((point) => String.fromCodePoint(point)),
      fc.constantFrom('\ud83d', '\udd11', '\x85', '\x1b', 'a'),
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 8 }), (units) => {
        const text = units.join('');
        expect(isLabel(text)).toBe(text !== '' && !/[\p{Cc}\p{Cs}]/u.test(text));
      }),
      { numRuns: 200 },
    );
  });
});

describe('when a token ends', () => {
  const expiring = (expiresAt: number | null, revokedAt: number | null = null) => ({
    createdAt: created,
    expiresAt,
    revokedAt,
  });
  const rules = (maximum: Validity, existing: 'keep' | 'clamp') => ({ maximum, existing });
  const sixMonths = Date.UTC(2027, 1, 28);

  it('VA-7 keep leaves the end as it is, whatever the maximum', () => {
    for (const maximum of validities)
      for (const end of [null, created + 1, sixMonths + 1])
        expect(effectiveExpiry(expiring(end), rules(maximum, 'keep'))).toBe(end);
  });

  it.each([
    ['no end', null, 'P6M', sixMonths],
    ['a later end', sixMonths + 1, 'P6M', sixMonths],
    ['the same end', sixMonths, 'P6M', sixMonths],
    ['an earlier end', sixMonths - 1, 'P6M', sixMonths - 1],
    ['no end under never', null, 'never', null],
    ['an end under never', sixMonths, 'never', sixMonths],
  ] as const)('VA-7 clamp with %s', (_, end, maximum, expected) => {
    expect(effectiveExpiry(expiring(end), rules(maximum, 'clamp'))).toBe(expected);
  });

  it('VA-7 clamp never lengthens a life, and lowering the maximum never does', () => {
    fc.assert(
      fc.property(
        fc.option(fc.integer({ min: -9, max: 99_999_999_999 })),
        fc.constantFrom(...validities),
        fc.constantFrom(...validities),
        (life, one, other) => {
          const token = expiring(life === null ? null : created + life);
          const end = (maximum: Validity): number =>
            effectiveExpiry(token, rules(maximum, 'clamp')) ?? Infinity;
          expect(end(one)).toBeLessThanOrEqual(token.expiresAt ?? Infinity);
          expect(end(one)).toBeLessThanOrEqual(addValidity(created, one) ?? Infinity);
          if (validities.indexOf(one) > validities.indexOf(other))
            expect(end(one)).toBeLessThanOrEqual(end(other));
        },
      ),
    );
  });

  it('VA-6 a token is live until the millisecond before its end', () => {
    const end = created + 1_000;
    const status = (now: number) => statusOf(expiring(end), rules('never', 'keep'), now);
    expect([end - 1, end, end + 1].map(status)).toEqual(['live', 'expired', 'expired']);
    expect(statusOf(expiring(null), rules('never', 'clamp'), lastInstant)).toBe('live');
  });

  it('VA-7 a clamped token expires at use', () => {
    const status = (now: number, existing: 'keep' | 'clamp') =>
      statusOf(expiring(null), rules('P6M', existing), now);
    expect(status(sixMonths - 1, 'clamp')).toBe('live');
    expect(status(sixMonths, 'clamp')).toBe('expired');
    expect(status(sixMonths, 'keep')).toBe('live');
  });

  it('VA-6 of a token that is both, expired comes before revoked', () => {
    const status = (now: number) =>
      statusOf(expiring(created + 10, created + 5), rules('never', 'keep'), now);
    expect([created, created + 9, created + 10].map(status)).toEqual(['revoked', 'revoked', 'expired']);
    expect(statusOf(expiring(null, 0), rules('never', 'keep'), created)).toBe('revoked');
  });

  it('VA-6 a clock that gives no number keeps nothing alive that has an end', () => {
    expect(statusOf(expiring(lastInstant), rules('never', 'keep'), Number.NaN)).toBe('expired');
  });
});
