import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Client,
  type ClientRules,
  checkAddress,
  compileClientRules,
  type HeaderShape,
  resolveClient,
} from '../../src/net/client.ts';
import { compileRanges } from '../../src/net/ranges.ts';

/** Any UTF-16 text at all, lone surrogates too, most of it in ASCII. */
const anyText = fc
  .array(fc.oneof({ weight: 4, arbitrary: fc.nat(0x7f) }, fc.nat(0xffff)), { maxLength: 80 })
  .map((codes) => String.fromCharCode(...codes));

const proxies = ['10.0.0.0/8', 'fd00::/8', 'fe80::/10'];

interface Setup {
  readonly header?: string;
  readonly shape?: HeaderShape;
  readonly onMissing?: 'deny' | 'peer';
  readonly allow?: readonly string[];
}

const rulesOf = ({
  header = 'X-Forwarded-For',
  shape,
  onMissing = 'deny',
  allow = [],
}: Setup = {}): ClientRules =>
  compileClientRules({
    allow,
    reverseProxy: { trusted: proxies, header, onMissing, ...(shape === undefined ? {} : { shape }) },
  });
const withoutProxy = compileClientRules({ allow: [], reverseProxy: null });

/** The client for the lines of the configured header, from a trusted peer. */
function clientOf(
  lines: readonly string[],
  setup: Setup = {},
  peer: string | undefined = '10.0.0.1',
): Client {
  const name = setup.header ?? 'X-Forwarded-For';
  const headers = lines.map((line) => [name, line] as const);
  return resolveClient({ peer, headers }, { clients: rulesOf(setup) });
}

/** An answer in one line: the address and its source, or why there is none; then the anomalies. */
const brief = (client: Client): string =>
  [client.kind === 'resolved' ? `${client.address} ${client.source}` : client.why, ...client.anomalies].join(
    ' ',
  );

const trailOf = (client: Client): readonly string[] =>
  client.trail.map((hop) => `${hop.text} ${hop.from} ${hop.trust}`);

describe('the peer', () => {
  test.each(['', 'unix:/run/x', '/run/x.sock', 'localhost', '010.0.0.1', '10.0.0.1:80', '::1%lo', '[::1]'])(
    'PX-1 an unparsable peer %j is unresolved',
    (peer) => {
      for (const clients of [withoutProxy, rulesOf({ onMissing: 'peer' })]) {
        const client = resolveClient({ peer, headers: [['X-Forwarded-For', '192.0.2.7']] }, { clients });
        expect(brief(client)).toBe('peer-unknown');
        expect(client.trail).toEqual([{ text: peer, from: 'peer', trust: 'malformed' }]);
      }
    },
  );

  test('PX-1 a missing peer is unresolved', () => {
    for (const clients of [withoutProxy, rulesOf({ onMissing: 'peer' })]) {
      const client = resolveClient(
        { peer: undefined, headers: [['X-Forwarded-For', '192.0.2.7']] },
        { clients },
      );
      expect(client).toEqual({ kind: 'unresolved', why: 'peer-unknown', trail: [], anomalies: [] });
    }
  });

  test.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:DB8::1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['0.0.0.0', '0.0.0.0'],
  ])('PX-2 without proxy support the peer %s is the client', (peer, address) => {
    const client = resolveClient(
      { peer, headers: [['X-Forwarded-For', 'rubbish']] },
      { clients: withoutProxy },
    );
    expect(client).toEqual({
      kind: 'resolved',
      address,
      source: 'peer',
      trail: [{ text: peer, from: 'peer', trust: 'untrusted' }],
      anomalies: [],
    });
  });

  test('PX-2 an untrusted peer is the client, and the header it sent is an anomaly', () => {
    expect(brief(clientOf([], {}, '203.0.113.9'))).toBe('203.0.113.9 peer');
    for (const lines of [['192.0.2.7'], [''], ['rubbish', 'x']])
      expect(brief(clientOf(lines, {}, '203.0.113.9'))).toBe('203.0.113.9 peer header-from-untrusted-peer');
    expect(trailOf(clientOf(['192.0.2.7'], {}, '203.0.113.9'))).toEqual(['203.0.113.9 peer untrusted']);
  });

  test.each(['10.0.0.1', '::ffff:10.0.0.1', 'fd00::1', 'fe80::1%eth0'])(
    'PX-2 the peer %s is a trusted proxy',
    (peer) => {
      expect(brief(clientOf(['192.0.2.7'], {}, peer))).toBe('192.0.2.7 header');
    },
  );

  test('PX-2 header_from_an_untrusted_peer_is_inert', () => {
    const line = fc.oneof(anyText, fc.constantFrom('10.0.0.1', '192.0.2.7, 10.0.0.2', 'for=10.0.0.1'));
    const shape = fc.constantFrom<HeaderShape>('list', 'single', 'forwarded');
    fc.assert(
      fc.property(
        fc.ipV4(),
        fc.array(line),
        shape,
        fc.constantFrom('deny', 'peer'),
        (peer, lines, form, onMissing) => {
          fc.pre(!peer.startsWith('10.'));
          const client = clientOf(lines, { shape: form, onMissing }, peer);
          const bare = clientOf([], { shape: form, onMissing }, peer);
          expect({ ...client, anomalies: [] }).toEqual(bare);
          expect(brief(bare)).toBe(`${peer} peer`);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('a header that is not there', () => {
  test.each([[[]], [['']], [[' \t']], [['', ' ', '\t']]])('PX-3 the lines %j are missing', (lines) => {
    for (const shape of ['list', 'single', 'forwarded'] as const) {
      const client = clientOf(lines, { shape });
      expect(brief(client)).toBe('header-missing');
      expect(trailOf(client)).toEqual(['10.0.0.1 peer trusted']);
      const lenient = clientOf(lines, { shape, onMissing: 'peer' });
      expect(brief(lenient)).toBe('10.0.0.1 peer');
      expect(trailOf(lenient)).toEqual(['10.0.0.1 peer trusted']);
    }
  });

  test.each([
    [[','], 'malformed-hop'],
    [['', '192.0.2.7'], '192.0.2.7 header'],
    [['192.0.2.7', ''], 'malformed-hop'],
    [['rubbish'], 'malformed-hop'],
  ])('PX-3 the lines %j are not missing, also where a missing header means the peer', (lines, answer) => {
    expect(brief(clientOf(lines, { onMissing: 'peer' }))).toBe(answer);
  });
});

describe('lists', () => {
  test.each([
    [['192.0.2.7'], '192.0.2.7 header'],
    [['192.0.2.7, 10.0.0.2'], '192.0.2.7 header'],
    [['192.0.2.7,10.0.0.2\t, \t10.0.0.3 '], '192.0.2.7 header'],
    [['192.0.2.7', '10.0.0.2', '10.0.0.3'], '192.0.2.7 header'],
    [['6.6.6.6, 192.0.2.7', '10.0.0.2, 10.0.0.3'], '192.0.2.7 header'],
    [['6.6.6.6, 192.0.2.7'], '192.0.2.7 header'],
    [['2001:DB8::1, fd00::2'], '2001:db8::1 header'],
    [['::ffff:192.0.2.7, ::ffff:10.0.0.2'], '192.0.2.7 header'],
    [['10.0.0.2'], '10.0.0.2 header all-hops-trusted'],
    [['10.0.0.4, 10.0.0.3', 'fd00::0002'], '10.0.0.4 header all-hops-trusted'],
    [['::ffff:10.0.0.4'], '10.0.0.4 header all-hops-trusted'],
    [['192.0.2.7, unknown'], 'malformed-hop'],
    [['192.0.2.7, unknown, 10.0.0.2'], 'malformed-hop'],
    [['192.0.2.7,'], 'malformed-hop'],
    [['192.0.2.7, , 10.0.0.2'], 'malformed-hop'],
    [[',10.0.0.2'], 'malformed-hop'],
    [['10.0.0.2', '', '10.0.0.3'], 'malformed-hop'],
    [['\u00a0192.0.2.7'], 'malformed-hop'],
  ])('PX-4 the lines %j give %s', (lines, answer) => {
    expect(brief(clientOf(lines))).toBe(answer);
  });

  test('PX-4 the trail has the peer, then what was examined, from the right', () => {
    expect(trailOf(clientOf(['6.6.6.6, 192.0.2.7:80 ', ' [fd00::2]:1 ,10.0.0.3']))).toEqual([
      ...[
        '10.0.0.1 peer trusted',
        '10.0.0.3 header trusted',
        '[fd00::2]:1 header trusted',
        '192.0.2.7:80 header untrusted',
      ],
    ]);
    expect(trailOf(clientOf(['192.0.2.7, evil\u001b[2Jé, 10.0.0.2']))).toEqual([
      ...['10.0.0.1 peer trusted', '10.0.0.2 header trusted', 'evil\\u{1b}[2J\\u{e9} header malformed'],
    ]);
    const long = `for=192.0.2.7;ext=${'x'.repeat(100)}`;
    expect(trailOf(clientOf([long], { header: 'Forwarded', shape: 'forwarded' }))).toEqual([
      '10.0.0.1 peer trusted',
      `${long.slice(0, 64)} header untrusted`,
    ]);
    expect(trailOf(clientOf(['x'.repeat(10_000)]))).toEqual([
      '10.0.0.1 peer trusted',
      `${'x'.repeat(64)} header malformed`,
    ]);
    expect(trailOf(clientOf(['10.0.0.9']))).toEqual(['10.0.0.1 peer trusted', '10.0.0.9 header trusted']);
  });

  test('PX-4 32 elements are examined and a 33rd is too many, on one line or on many', () => {
    const hops = (count: number) => Array.from({ length: count }, (_, index) => `10.0.0.${index + 1}`);
    for (const lines of [(all: string[]) => [all.join(',')], (all: string[]) => all]) {
      expect(brief(clientOf(lines(['192.0.2.7', ...hops(31)])))).toBe('192.0.2.7 header');
      expect(brief(clientOf(lines(hops(32))))).toBe('10.0.0.1 header all-hops-trusted');
      expect(brief(clientOf(lines(['rubbish', ...hops(31)])))).toBe('malformed-hop');
      const tooMany = clientOf(lines(['192.0.2.7', ...hops(32)]));
      expect(brief(tooMany)).toBe('too-many-hops');
      expect(tooMany.trail).toHaveLength(33);
      expect(brief(clientOf(lines(hops(33))))).toBe('too-many-hops');
    }
  });

  test('PX-4 what stands left of the answer changes nothing', () => {
    const left = fc.oneof(anyText, fc.constantFrom(',', '10.0.0.1', 'x'.repeat(100_000), ','.repeat(100)));
    fc.assert(
      fc.property(fc.array(left), left, (lines, start) => {
        expect(clientOf([...lines, `${start},192.0.2.7, 10.0.0.2`])).toEqual(
          clientOf(['192.0.2.7,10.0.0.2']),
        );
        expect(clientOf([...lines, `${start},bad, 10.0.0.2`])).toEqual(clientOf(['bad, 10.0.0.2']));
      }),
      { numRuns: 200 },
    );
  });

  test('PX-4 a name is compared without case, and no second header is read', () => {
    const headers = [
      ['x-real-ip', '6.6.6.6'],
      ['Forwarded', 'for=6.6.6.6'],
      ['x-FORWARDED-for', '192.0.2.7'],
      ['X-Forwarded-Fo', '6.6.6.6'],
      ['X-Forwarded-Foo', '6.6.6.6'],
      ['CF-Connecting-IP', '6.6.6.6'],
    ] as const;
    const client = resolveClient({ peer: '10.0.0.1', headers }, { clients: rulesOf() });
    expect(brief(client)).toBe('192.0.2.7 header');
    const others = headers.filter((_, index) => index !== 2);
    expect(brief(resolveClient({ peer: '10.0.0.1', headers: others }, { clients: rulesOf() }))).toBe(
      'header-missing',
    );
  });

  test('PX-4 another header may be declared a list, and the usual header something else', () => {
    const lines = ['192.0.2.7, 10.0.0.2'];
    expect(brief(clientOf(lines, { header: 'X-Client', shape: 'list' }))).toBe('192.0.2.7 header');
    expect(brief(clientOf(lines, { header: 'Forwarded', shape: 'list' }))).toBe('192.0.2.7 header');
    expect(brief(clientOf(lines, { shape: 'single' }))).toBe('multiple-values');
    expect(brief(clientOf(lines, { shape: 'forwarded' }))).toBe('malformed-hop');
  });

  test('PX-4 the_client_is_never_a_trusted_proxy_unless_all_hops_are', () => {
    const hop = fc.oneof(
      fc.constantFrom(
        '10.0.0.2',
        '10.255.255.255',
        '::ffff:10.9.9.9',
        'fd00::7',
        '9.255.255.255',
        '11.0.0.0',
        'fc00::1',
        'bad',
        '',
      ),
      fc.ipV4(),
    );
    const trusted = compileRanges(proxies);
    fc.assert(
      fc.property(fc.array(hop, { minLength: 1, maxLength: 6 }), (hops) => {
        const client = clientOf([hops.join(', ')]);
        if (client.kind === 'unresolved') return;
        const all = client.trail.every((examined) => examined.trust === 'trusted');
        expect(trusted.contains(client.address)).toBe(all);
        expect(client.anomalies).toEqual(all ? ['all-hops-trusted'] : []);
        expect(client.trail.length === hops.length + 1 || !all).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test('PX-4 resolve_is_idempotent', () => {
    const hop = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.constantFrom('10.0.0.2', '[FD00::2]:80', '192.0.2.7:80', '::ffff:192.0.2.7'),
    );
    fc.assert(
      fc.property(fc.array(hop, { minLength: 1, maxLength: 5 }), (hops) => {
        const once = clientOf([hops.join(',')]);
        expect(clientOf([hops.join(',')])).toEqual(once);
        if (once.kind === 'unresolved') return;
        // The answer, sent on by a trusted proxy or as the peer itself, is the answer again.
        expect(brief(clientOf([once.address]))).toBe(brief(once));
        const direct = resolveClient({ peer: once.address, headers: [] }, { clients: withoutProxy });
        expect(brief(direct)).toBe(`${once.address} peer`);
      }),
      { numRuns: 500 },
    );
  });
});

describe('elements', () => {
  test.each([
    ['192.0.2.7', '192.0.2.7'],
    ['192.0.2.7:65535', '192.0.2.7'],
    ['2001:db8::1', '2001:db8::1'],
    ['[2001:DB8::1]', '2001:db8::1'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['[::ffff:192.0.2.7]', '192.0.2.7'],
    ['0.0.0.1', '0.0.0.1'],
    ['::1', '::1'],
    ['0:1::', '0:1::'],
    ['0:0:1::', '0:0:1::'],
    ['::1:0:0', '::1:0:0'],
  ])('PX-5 %s is the client %s', (element, address) => {
    for (const shape of ['list', 'single'] as const)
      expect(brief(clientOf([element], { shape }))).toBe(`${address} header`);
  });

  test.each([
    ...[
      'unknown',
      '_hidden',
      'host.example',
      '[192.0.2.7]',
      'fe81::1%eth0',
      '[fe81::1%eth0]',
      '192.0.2.7 x',
      '192.0.2. 7',
    ],
    ...[
      '"192.0.2.7"',
      '0.0.0.0',
      '0.0.0.0:80',
      '::',
      '[::]',
      '[::]:80',
      '0:0::0',
      '::ffff:0.0.0.0',
      '192.0.2.7:0',
      '192.0.2.7:080',
    ],
    ...[
      '192.0.2.7:65536',
      '192.0.2.7 :80',
      '192.0.2.7/32',
      '010.0.0.1',
      '127.1',
      '0x7f.0.0.1',
      '2130706433',
      '2001:db8::1:99999',
    ],
    ...['for=192.0.2.7', '192.0.2.7;', '-', '*', '\u0000', `${'0'.repeat(60)}::1`],
  ])('PX-5 %j is malformed', (element) => {
    for (const shape of ['list', 'single'] as const) {
      const client = clientOf([element], { shape });
      expect(brief(client)).toBe('malformed-hop');
      expect(client.trail[1]?.trust).toBe('malformed');
    }
  });
});

describe('single values', () => {
  test.each([
    [['192.0.2.7'], '192.0.2.7 header'],
    [[' 192.0.2.7\t'], '192.0.2.7 header'],
    [['10.0.0.2'], '10.0.0.2 header all-hops-trusted'],
    [['192.0.2.7, 192.0.2.8'], 'multiple-values'],
    [['192.0.2.7,'], 'multiple-values'],
    [[','], 'multiple-values'],
    [['192.0.2.7', '192.0.2.7'], 'multiple-values'],
    [['192.0.2.7', ''], 'multiple-values'],
    [['', '192.0.2.7'], 'multiple-values'],
    [['bad'], 'malformed-hop'],
    [['bad, bad'], 'multiple-values'],
  ])('PX-6 the lines %j give %s', (lines, answer) => {
    for (const header of ['X-Real-IP', 'CF-Connecting-IP', 'x-real-ip'])
      expect(brief(clientOf(lines, { header }))).toBe(answer);
    expect(brief(clientOf(lines, { header: 'X-Forwarded-For', shape: 'single' }))).toBe(answer);
  });

  test('PX-6 what was not examined is not in the trail', () => {
    expect(trailOf(clientOf(['192.0.2.7,192.0.2.8'], { shape: 'single' }))).toEqual([
      '10.0.0.1 peer trusted',
    ]);
  });
});

describe('Forwarded', () => {
  test.each([
    [['for=192.0.2.7'], '192.0.2.7 header'],
    [['for="[2001:DB8::1]:4711"'], '2001:db8::1 header'],
    [['for="[::ffff:192.0.2.7]"'], '192.0.2.7 header'],
    [['for=6.6.6.6, for=192.0.2.7;proto=https , For=10.0.0.2;by=10.0.0.1'], '192.0.2.7 header'],
    [['for=6.6.6.6', 'for=192.0.2.7', 'for=10.0.0.2'], '192.0.2.7 header'],
    [['for=10.0.0.3, for="10.0.0.2:80"'], '10.0.0.3 header all-hops-trusted'],
    [['bad"\\, for=192.0.2.7'], '192.0.2.7 header'],
    [['for=192.0.2.7;host="a,b"'], 'malformed-hop'],
    [['host="x,for=6.6.6.6;y="'], 'malformed-hop'],
    [['for=unknown'], 'malformed-hop'],
    [['for=_obf'], 'malformed-hop'],
    [['for="_obf"'], 'malformed-hop'],
    [['for=2001:db8::1'], 'malformed-hop'],
    [['for="0.0.0.0"'], 'malformed-hop'],
    [['for="[::]"'], 'malformed-hop'],
    [['for=192.0.2.7;for=192.0.2.7'], 'malformed-hop'],
    [['proto=https'], 'malformed-hop'],
    [['192.0.2.7'], 'malformed-hop'],
    [['for=192.0.2.7,'], 'malformed-hop'],
  ])('PX-7 the lines %j give %s', (lines, answer) => {
    for (const header of ['Forwarded', 'forwarded']) expect(brief(clientOf(lines, { header }))).toBe(answer);
    expect(brief(clientOf(lines, { header: 'X-Other', shape: 'forwarded' }))).toBe(answer);
  });

  test('PX-7 the trail shows the pieces as they stand', () => {
    expect(trailOf(clientOf(['for=192.0.2.7;proto=https, for=10.0.0.2 '], { header: 'Forwarded' }))).toEqual([
      ...[
        '10.0.0.1 peer trusted',
        'for=10.0.0.2 header trusted',
        'for=192.0.2.7;proto=https header untrusted',
      ],
    ]);
  });

  test('PX-8 the number of hops earns no trust', () => {
    for (const count of [1, 2, 5, 31]) {
      const line = ['6.6.6.6', ...Array.from({ length: count }, () => '203.0.113.9')].join(',');
      expect(brief(clientOf([line]))).toBe('203.0.113.9 header');
    }
  });
});

describe('the address check', () => {
  const rules = rulesOf({ allow: ['192.0.2.0/24', '2001:db8::/32'] });
  const check = (lines: readonly string[], clients: ClientRules) =>
    checkAddress(
      resolveClient(
        { peer: '10.0.0.1', headers: lines.map((line) => ['X-Forwarded-For', line]) },
        { clients },
      ),
      clients,
    );

  test.each([
    ['192.0.2.7', 'allowed'],
    ['::ffff:192.0.2.7', 'allowed'],
    ['2001:db8::7', 'allowed'],
    ['192.0.3.7', 'refused'],
    ['2001:db9::7', 'refused'],
    ['10.0.0.2', 'refused'],
    ['rubbish', 'unresolved'],
    ['', 'unresolved'],
  ] as const)('PX-9 a client of %j is %s', (line, answer) => {
    expect(check([line], rules)).toBe(answer);
  });

  test('PX-9 an empty list allows whatever the outcome', () => {
    const open = rulesOf({ allow: [] });
    expect(open.allow).toBeNull();
    for (const line of ['192.0.2.7', 'rubbish', '']) expect(check([line], open)).toBe('allowed');
  });

  test('PX-9 a client is judged by its own address, whatever was resolved since', () => {
    const addresses = [
      '192.0.2.7',
      '192.0.3.7',
      '2001:db8::7',
      '2001:db9::7',
      '::ffff:192.0.2.8',
      'rubbish',
      '::',
    ];
    const clientIn = (address: string) =>
      resolveClient({ peer: '10.0.0.1', headers: [['X-Forwarded-For', address]] }, { clients: rules });
    const expected = addresses.map((address) => check([address], rules));
    expect(expected).toEqual([
      ...['allowed', 'refused', 'allowed', 'refused', 'allowed', 'unresolved', 'unresolved'],
    ]);
    for (const [index, address] of addresses.entries())
      for (const later of addresses) {
        const client = clientIn(address);
        clientIn(later);
        expect([address, later, checkAddress(client, rules)]).toEqual([address, later, expected[index]]);
        // A rebuilt client, and the rules of another list, are judged alike.
        expect(checkAddress(structuredClone(client), rules)).toBe(expected[index]);
        const turned = rulesOf({ allow: ['192.0.3.0/24', '2001:db9::/32'] });
        if (client.kind === 'resolved')
          expect(checkAddress(client, turned)).not.toBe(checkAddress(client, rules));
      }
  });

  test('PX-9 a link-local peer is judged by its address without the zone', () => {
    const clients = compileClientRules({ allow: ['fe80::/64'], reverseProxy: null });
    expect(checkAddress(resolveClient({ peer: 'fe80::1%eth0', headers: [] }, { clients }), clients)).toBe(
      'allowed',
    );
  });
});

describe('rules', () => {
  test.each([
    ['X-Forwarded-For', undefined, 'list'],
    ['x-forwarded-FOR', undefined, 'list'],
    ['Forwarded', undefined, 'forwarded'],
    ['FORWARDED', undefined, 'forwarded'],
    ['X-Real-IP', undefined, 'single'],
    ['True-Client-IP', undefined, 'single'],
    ['X-Forwarded-For', 'single', 'single'],
    ['Forwarded', 'list', 'list'],
    ['X-Real-IP', 'forwarded', 'forwarded'],
  ] as const)('PX-6 the shape of %s, declared %s, is %s', (header, shape, used) => {
    const { proxy } = rulesOf({ header, ...(shape === undefined ? {} : { shape }) });
    expect(proxy).toMatchObject({ header: header.toLowerCase(), shape: used, onMissing: 'deny' });
  });

  test('AL-1 a bad entry never makes a shorter list', () => {
    expect(() => compileClientRules({ allow: ['10.0.0.1/8'], reverseProxy: null })).toThrow(
      'entry 0 "10.0.0.1/8": host-bits-set',
    );
    const reverseProxy = { trusted: ['10.0.0.1', 'x'], header: 'X-Real-IP', onMissing: 'deny' } as const;
    expect(() => compileClientRules({ allow: [], reverseProxy })).toThrow('entry 1 "x": address-malformed');
  });
});
