import { describe, expect, it } from 'vitest';
import { fileWith, latchkey } from '../program.ts';

const forwarded = 'X-Forwarded-For: 6.6.6.6, [2001:db8::7]:443, 10.0.0.2:80';
const behind = ['address', '--peer', '10.0.0.1', '--trusted', '10.0.0.1', '10.0.0.0/8'];

const report = async (argv: readonly string[], input = '') => {
  const { status, out, err } = await latchkey([...argv, '--json'], input);
  expect([status, err]).toEqual([0, '']);
  return JSON.parse(out);
};

describe('PX-10 latchkey address', () => {
  it('PX-10 shows the whole trail, the client and the entries that matched', async () => {
    const { status, out } = await latchkey([
      ...behind,
      '--header',
      forwarded,
      '--allow',
      '192.0.2.0/24',
      '2001:db8::/32',
    ]);
    expect(status).toBe(0);
    expect(out).toBe(`header  X-Forwarded-For
trail
  peer    10.0.0.1           trusted    by 10.0.0.1
  header  10.0.0.2:80        trusted    by 10.0.0.0/8
  header  [2001:db8::7]:443  untrusted
client  2001:db8::7 (from the header)
check   allowed by 2001:db8::/32
`);
  });

  it('PX-10 gives the same as JSON', async () => {
    expect(await report([...behind, '--header', forwarded, '--allow', '192.0.2.0/24'])).toEqual({
      client: {
        kind: 'resolved',
        address: '2001:db8::7',
        source: 'header',
        trail: [
          { text: '10.0.0.1', from: 'peer', trust: 'trusted' },
          { text: '10.0.0.2:80', from: 'header', trust: 'trusted' },
          { text: '[2001:db8::7]:443', from: 'header', trust: 'untrusted' },
        ],
        anomalies: [],
      },
      trustedBy: ['10.0.0.1', '10.0.0.0/8', null],
      address: 'refused',
      allowedBy: null,
    });
  });

  it('PX-10 names the entry of a hop in a Forwarded header, not of what stands beside it', async () => {
    const header = 'Forwarded: for=192.0.2.7, for="[2001:db8::5]:80";by=10.0.0.9';
    const argv = ['address', '--peer', '10.0.0.1', '--header', header, '--header-name', 'Forwarded'];
    const { trustedBy } = await report([...argv, '--trusted', '10.0.0.0/8', '2001:db8::/64']);
    expect(trustedBy).toEqual(['10.0.0.0/8', '2001:db8::/64', null]);
  });

  it.each([
    [['--peer', '192.0.2.1'], 'allowed: the allow-list is empty, so every address is'],
    [['--allow', '192.0.2.0/24'], 'unresolved: without an address the allow-list admits nobody'],
    [['--peer', '192.0.2.1', '--allow', '192.0.2.2'], 'refused: no entry of the allow-list holds it'],
    [['--peer', '192.0.2.1', '--allow', '192.0.2.1', '192.0.2.0/24'], 'allowed by 192.0.2.1'],
  ])('PX-10 says what the allow-list makes of it: %j', async (argv, check) => {
    const { out } = await latchkey(['address', ...argv]);
    expect(out).toContain(`check   ${check}\n`);
  });

  it('PX-10 shows anomalies and unresolved clients', async () => {
    const ignored = await latchkey([
      'address',
      '--peer',
      '192.0.2.1',
      '--trusted',
      '10.0.0.0/8',
      '--header',
      forwarded,
    ]);
    expect(ignored.out).toContain('  peer  192.0.2.1  untrusted\n  anomaly: header-from-untrusted-peer\n');
    const malformed = await latchkey([...behind, '--header', 'x-forwarded-for: unknown']);
    expect(malformed.out).toContain('  header  unknown   malformed\nclient  unresolved (malformed-hop)\n');
    expect((await latchkey(['address'])).out).toContain(
      '  there is no peer\nclient  unresolved (peer-unknown)\n',
    );
  });

  it('PX-10 takes header lines in order of arrival, with empty ones and several of a name', async () => {
    const argv = [
      ...behind,
      '--header',
      'X-Forwarded-For: 192.0.2.7',
      '--header',
      'X-Forwarded-For:10.0.0.3',
    ];
    expect((await report(argv)).client).toMatchObject({ address: '192.0.2.7', source: 'header' });
    expect(
      (await report([...behind, '--header', 'X-Forwarded-For:', '--on-missing', 'peer'])).client,
    ).toMatchObject({
      address: '10.0.0.1',
      source: 'peer',
    });
  });

  it('PX-10 reads settings from a file or standard input, whole or partial', async () => {
    const settings = JSON.stringify({
      network: { allow: ['::/0'], reverseProxy: { trusted: ['10.0.0.0/8'] } },
    });
    const argv = ['address', '--peer', '10.0.0.1', '--header', forwarded, '--settings'];
    const fromFile = await report([...argv, fileWith(settings)]);
    expect(fromFile).toMatchObject({ allowedBy: '::/0', trustedBy: ['10.0.0.0/8', '10.0.0.0/8', null] });
    expect(await report([...argv, '-'], settings)).toEqual(fromFile);
  });

  it.each([
    [['--settings', '-', '--allow', '::1'], 'Give either --settings'],
    [['--header', 'nothing'], "The header number 1 is not of the form 'NAME: VALUE'."],
    [['--trusted', '10.0.0.1/8', '::/0'], 'options: network.reverseProxy.trusted[0]: '],
    [['--shape', 'list'], 'options: network.reverseProxy.trusted: '],
    [['--settings', '-'], 'standard input:1: netwrok: There is no such setting.'],
  ])('PX-10 ends with 2 for %j', async (argv, message) => {
    const { status, out, err } = await latchkey(['address', ...argv], '{"netwrok":{}}');
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain(message);
  });
});
