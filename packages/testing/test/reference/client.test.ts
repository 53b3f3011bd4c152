import type { Settings } from '@latchkey/core';
import { describe, expect, it } from 'vitest';
import { resolveClient } from '../../src/reference/client.ts';

type Proxy = NonNullable<Settings['network']['reverseProxy']>;

function clientOf(peer: string | undefined, lines: readonly string[], proxy: Partial<Proxy> | null): string {
  const reverseProxy =
    proxy === null
      ? null
      : { trusted: ['10.0.0.0/8'], header: 'X-Forwarded-For', onMissing: 'deny' as const, ...proxy };
  const headers = lines.map((line) => [reverseProxy?.header ?? 'X-Forwarded-For', line] as const);
  const network = { allow: [], appliesTo: 'tokens' as const, discloseAddress: true, reverseProxy };
  const { client } = resolveClient({ method: 'GET', target: '/', headers, peer }, network);
  return client.kind === 'resolved' ? `${client.address} ${client.source}` : client.why;
}

describe('reference client', () => {
  it.each([
    ['PX-1', undefined, [], null, 'peer-unknown'],
    ['PX-1', 'unix:', [], null, 'peer-unknown'],
    ['PX-2', '::ffff:192.0.2.1', ['203.0.113.1'], null, '192.0.2.1 peer'],
    ['PX-2', '192.0.2.1', ['203.0.113.1'], {}, '192.0.2.1 peer'],
    ['PX-3', '10.0.0.1', [], {}, 'header-missing'],
    ['PX-3', '10.0.0.1', [' ', '\t'], {}, 'header-missing'],
    ['PX-3', '10.0.0.1', [''], { onMissing: 'peer' }, '10.0.0.1 peer'],
    ['PX-4', '10.0.0.1', ['rubbish, 203.0.113.1, 10.0.0.2'], {}, '203.0.113.1 header'],
    ['PX-4', '10.0.0.1', ['198.51.100.1', '203.0.113.1', '10.0.0.2'], {}, '203.0.113.1 header'],
    ['PX-4', '10.0.0.1', ['10.0.0.3, 10.0.0.2'], {}, '10.0.0.3 header'],
    ['PX-4', '10.0.0.1', ['203.0.113.1, , 10.0.0.2'], {}, 'malformed-hop'],
    ['PX-4', '10.0.0.1', [`203.0.113.1${',10.0.0.2'.repeat(31)}`], {}, '203.0.113.1 header'],
    ['PX-4', '10.0.0.1', [`203.0.113.1${',10.0.0.2'.repeat(32)}`], {}, 'too-many-hops'],
    ['PX-4', '10.0.0.1', [`${'10.0.0.2,'.repeat(31)}10.0.0.2`], {}, '10.0.0.2 header'],
    ['PX-5', '10.0.0.1', ['[2001:db8::1]:443'], {}, '2001:db8::1 header'],
    ['PX-5', '10.0.0.1', ['203.0.113.1:65536'], {}, 'malformed-hop'],
    ['PX-5', '10.0.0.1', ['[203.0.113.1]'], {}, 'malformed-hop'],
    ['PX-5', '10.0.0.1', ['::ffff:0.0.0.0'], {}, 'malformed-hop'],
    ['PX-5', '10.0.0.1', ['fe80::1%eth0'], {}, 'malformed-hop'],
    ['PX-6', '10.0.0.1', ['203.0.113.1'], { header: 'X-Real-IP' }, '203.0.113.1 header'],
    ['PX-6', '10.0.0.1', ['10.0.0.9'], { header: 'X-Real-IP' }, '10.0.0.9 header'],
    ['PX-6', '10.0.0.1', ['203.0.113.1', '203.0.113.1'], { header: 'X-Real-IP' }, 'multiple-values'],
    ['PX-6', '10.0.0.1', ['203.0.113.1,'], { header: 'X-Real-IP' }, 'multiple-values'],
    ['PX-6', '10.0.0.1', ['a b'], { header: 'X-Real-IP' }, 'malformed-hop'],
    ['PX-6', '10.0.0.1', ['a, 203.0.113.1'], { header: 'X-Mine', shape: 'list' }, '203.0.113.1 header'],
    [
      'PX-7',
      '10.0.0.1',
      ['for=1.1.1.1, For="[2001:db8::1]:80" ; proto=http'],
      { header: 'Forwarded' },
      '2001:db8::1 header',
    ],
    ['PX-7', '10.0.0.1', ['for=203.0.113.1:80'], { header: 'Forwarded' }, '203.0.113.1 header'],
    ['PX-7', '10.0.0.1', ['for="::1"'], { header: 'Forwarded' }, 'malformed-hop'],
    ['PX-7', '10.0.0.1', ['for=1.1.1.1;for=1.1.1.1'], { header: 'Forwarded' }, 'malformed-hop'],
    ['PX-7', '10.0.0.1', ['for =1.1.1.1'], { header: 'Forwarded' }, 'malformed-hop'],
    ['PX-7', '10.0.0.1', ['for="1.1.1.1, 2.2.2.2"'], { header: 'Forwarded' }, 'malformed-hop'],
    ['PX-7', '10.0.0.1', ['proto=https'], { header: 'Forwarded' }, 'malformed-hop'],
  ] as const)('%s %s behind %j with %j', (_clause, peer, lines, proxy, expected) => {
    expect(clientOf(peer, lines, proxy)).toBe(expected);
  });
});
