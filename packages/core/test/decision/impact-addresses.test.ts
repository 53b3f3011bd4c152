import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { impactOf } from '../../src/decision/impact.ts';
import { hosts, type Settings, subtractRanges } from '../../src/index.ts';
import { now, settingsOf, users } from '../world.ts';

const plain = settingsOf(hosts.jira, {});
const impact = (before: Settings, after: Settings) =>
  impactOf(before, after, { host: hosts.jira, now, tokens: [], users });
const listing = (...allow: string[]) => settingsOf(hosts.jira, { network: { allow } });
const proxied = (change: object) =>
  settingsOf(hosts.jira, {
    network: {
      reverseProxy: { trusted: ['10.0.0.0/8'], header: 'X-Forwarded-For', onMissing: 'deny', ...change },
    },
  });

describe('proxies', () => {
  it('IM-1 tells proxies that come and go, and another way to read the client', () => {
    const wide = proxied({ trusted: ['10.0.0.0/8', '192.0.2.1'] });
    expect(impact(proxied({}), wide).addresses).toMatchObject({
      proxyChanged: true,
      proxiesGained: ['192.0.2.1'],
      proxiesLost: [],
    });
    expect(impact(wide, proxied({})).addresses).toMatchObject({
      proxyChanged: true,
      proxiesGained: [],
      proxiesLost: ['192.0.2.1'],
    });
    expect(impact(plain, proxied({})).addresses).toMatchObject({
      proxyChanged: true,
      proxiesGained: ['10.0.0.0/8'],
    });
    for (const change of [{ header: 'X-Real-IP' }, { onMissing: 'peer' }, { shape: 'single' }])
      expect(impact(proxied({}), proxied(change)).addresses.proxyChanged).toBe(true);
    expect(impact(proxied({}), proxied({ shape: 'list' })).addresses.proxyChanged).toBe(false);
    expect(impact(plain, listing('192.0.2.1')).addresses.proxyChanged).toBe(false);
  });
});

describe('addresses', () => {
  const tables: [string, string[], string[], string[], string[]][] = [
    ['the same list in another order', ['10.0.0.1', '10.0.0.2'], ['10.0.0.2', '10.0.0.1'], [], []],
    ['the same set in another form', ['10.0.0.0/31'], ['10.0.0.0', '10.0.0.1'], [], []],
    ['a first entry', [], ['10.0.0.0/8'], ['0.0.0.0-9.255.255.255', '11.0.0.0-255.255.255.255', '::/0'], []],
    ['one address', [], ['10.0.0.1'], ['0.0.0.0-10.0.0.0', '10.0.0.2-255.255.255.255', '::/0'], []],
    ['the end of a list', ['::/0'], [], [], ['0.0.0.0/0']],
    [
      'all before the block of mapped addresses, and that block',
      ['::/0'],
      ['0:0:0:0:1::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
      ['::-::fffe:ffff:ffff'],
      [],
    ],
    [
      'the last addresses there are',
      ['0.0.0.0/0', '::/0'],
      ['0.0.0.0-255.255.255.254', '::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe'],
      ['255.255.255.255', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
      [],
    ],
    ['a shift by one', ['10.0.0.0-10.0.0.9'], ['10.0.0.1-10.0.0.10'], ['10.0.0.0'], ['10.0.0.10']],
    [
      'a hole',
      ['2001:db8::/32'],
      ['2001:db8::-2001:db8::4', '2001:db8::6-2001:db8:ffff:ffff:ffff:ffff:ffff:ffff'],
      ['2001:db8::5'],
      [],
    ],
    ['half of a block', ['2001:db8::/32'], ['2001:db8:8000::/33'], ['2001:db8::/33'], []],
    [
      'entries that overlap',
      ['10.0.0.0-10.0.0.6', '10.0.0.4-10.0.0.9'],
      ['10.0.0.5'],
      ['10.0.0.0-10.0.0.4', '10.0.0.6-10.0.0.9'],
      [],
    ],
    ['entries that touch', ['10.0.0.0/9', '10.128.0.0/9'], ['11.0.0.0/8'], ['10.0.0.0/8'], ['11.0.0.0/8']],
    ['mapped text is IPv4', ['::ffff:10.0.0.0/104'], ['10.0.0.0/9'], ['10.128.0.0/9'], []],
    ['another family', ['0.0.0.0/0'], ['::/0'], ['0.0.0.0/0'], ['::/0']],
    [
      'an end at the mapped block',
      ['::/0'],
      ['::1:0:0:0', '::fffe:ffff:ffff'],
      ['::-::fffe:ffff:fffe', '::1:0:0:1-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
      [],
    ],
  ];
  it.each(tables)(
    'IM-1 tells exactly which ranges change their answer: %s',
    (_name, before, after, refused, allowed) => {
      const told = impact(listing(...before), listing(...after)).addresses;
      expect([told.becomeRefused, told.becomeAllowed]).toEqual([refused, allowed]);
      const back = impact(listing(...after), listing(...before)).addresses;
      expect([back.becomeAllowed, back.becomeRefused]).toEqual([refused, allowed]);
    },
  );

  const edge = fc.constantFrom(0, 1, 2, 3, 126, 127, 128, 254, 255);
  const span = fc.tuple(edge, edge, fc.constantFrom('198.51.100.', '2001:db8::', '::fffe:ffff:ff'));
  const entry = span.map(([one, other, base]) => {
    const [low, high] = [Math.min(one, other), Math.max(one, other)];
    const text = (place: number) =>
      base.includes(':') ? `${base}${place.toString(16).padStart(2, '0')}` : `${base}${place}`;
    return `${text(low)}-${text(high)}`;
  });
  it('IM-1 says of ranges what subtracting the lists as sets of blocks says', () => {
    const list = fc.array(entry, { maxLength: 5 });
    fc.assert(
      fc.property(list, list, (one, other) => {
        const whole = (entries: readonly string[]) =>
          entries.length === 0 ? ['0.0.0.0/0', '::/0'] : entries;
        const { becomeRefused, becomeAllowed } = impact(listing(...one), listing(...other)).addresses;
        expect(subtractRanges(becomeRefused, [])).toEqual(subtractRanges(whole(one), whole(other)));
        expect(subtractRanges(becomeAllowed, [])).toEqual(subtractRanges(whole(other), whole(one)));
      }),
      { numRuns: 500 },
    );
  });

  it('IM-1 keeps lists of many single addresses short and quick', () => {
    const many = Array.from({ length: 5000 }, (_, index) => `2001:db8:${(3 * index).toString(16)}::1`);
    const started = performance.now();
    expect(impact(plain, listing(...many)).addresses.becomeRefused).toHaveLength(5002);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('IM-1 says what becomes of clients whose address cannot be determined', () => {
    expect(impact(plain, listing('10.0.0.1')).addresses.unresolvedBecome).toBe('refused');
    expect(impact(listing('10.0.0.1'), plain).addresses.unresolvedBecome).toBe('allowed');
    expect(impact(listing('10.0.0.1'), listing('10.0.0.2')).addresses.unresolvedBecome).toBeNull();
  });

  const readings: [string, Settings, Settings, boolean, string[], string[]][] = [
    [
      'nothing',
      proxied({}),
      proxied({ trusted: ['10.0.0.0/9', '10.128.0.0/9'], header: 'x-forwarded-for', shape: 'list' }),
      false,
      [],
      [],
    ],
    ['support is switched on', plain, proxied({}), true, ['10.0.0.0/8'], []],
    ['support is switched off', proxied({}), plain, true, [], ['10.0.0.0/8']],
    [
      'other proxies',
      proxied({}),
      proxied({ trusted: ['10.0.0.0/9', '2001:db8::1'] }),
      true,
      ['2001:db8::1'],
      ['10.128.0.0/9'],
    ],
    ['another header', proxied({}), proxied({ header: 'X-Real-IP' }), true, [], []],
    ['another shape', proxied({}), proxied({ shape: 'single' }), true, [], []],
    ['another rule for a missing header', proxied({}), proxied({ onMissing: 'peer' }), true, [], []],
  ];
  it.each(readings)(
    'IM-1 tells when the client may be another: %s',
    (_name, before, after, changed, gained, lost) => {
      const told = impact(before, after).addresses;
      expect([told.proxyChanged, told.proxiesGained, told.proxiesLost]).toEqual([changed, gained, lost]);
      expect([told.becomeRefused, told.becomeAllowed]).toEqual([[], []]);
    },
  );
});
