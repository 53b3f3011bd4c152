import { describe, expect, it } from 'vitest';
import { exampleFile, fileWith, jsonLines, latchkey, sampleTokens, scenarioWith } from '../program.ts';

const headers = [['Authorization', `Bearer ${sampleTokens.ada}`]];
const request = { method: 'GET', target: '/rest/x', peer: '10.0.0.7', headers };
const id = sampleTokens.ada.slice(3, 19);
const mixed = scenarioWith({
  requests: [
    { ...request, name: 'reads', expect: { effect: 'allow' } },
    { ...request, name: 'writes #2', method: 'PUT', expect: { effect: 'allow', row: 'accepted' } },
    { ...request, name: 'expects nothing' },
  ],
});

const expected = async (
  expect: Readonly<Record<string, unknown>>,
  changes: Readonly<Record<string, unknown>> = {},
) => {
  const input = scenarioWith({ requests: [{ ...request, ...changes, expect }] });
  const { status, out } = await latchkey(['test', '-', '--json'], input);
  const differences = (jsonLines(out)[0]?.differences ?? []) as readonly { readonly path: string }[];
  return [status, ...differences.map(({ path }) => path)];
};

describe('SF-2 latchkey test', () => {
  it('SF-2 the examples of the repository hold', async () => {
    const { status, out } = await latchkey([
      'test',
      exampleFile('every-row.json'),
      exampleFile('path-guard.json'),
    ]);
    expect(status).toBe(0);
    expect(out).toMatch(/\n36 passed, 0 failed\n$/);
  });

  it('SF-2 reports in TAP where a program reads', async () => {
    const { status, out } = await latchkey(['test', '-'], mixed);
    expect(status).toBe(1);
    const lines = out.split('\n');
    expect(lines.slice(0, 5)).toEqual([
      'TAP version 14',
      '1..2',
      'ok 1 - reads',
      'not ok 2 - writes \\#2',
      '  ---',
    ]);
    expect(lines.slice(-3)).toEqual(['  ...', '1 passed, 1 failed', '']);
  });

  it('SF-2 reports readably on a terminal, and where it is asked for', async () => {
    const plain = await latchkey(['test', '-', '--readable'], mixed);
    expect(plain.out).toMatch(/^✓ reads\n✗ writes #2\n {4}effect: expected "allow", but it is "deny"\n/);
    expect(plain.out).toMatch(/\n1 passed, 1 failed\n$/);
    const terminal = await latchkey(['test', '-'], mixed, true);
    expect(terminal.out).toContain('\u001b[32m✓\u001b[0m reads\n');
    expect((await latchkey(['test', '-', '--tap'], mixed, true)).out).toMatch(/^TAP version 14\n/);
  });

  it.each(['--tap', '--readable'])(
    'SF-2 shows the explanation of a failed expectation (%s)',
    async (form) => {
      const { out } = await latchkey(['test', '-', form], mixed);
      expect(out).toContain('effect: expected "allow", but it is "deny"');
      expect(out).toContain('row: expected "accepted", but it is "scope-exceeded"');
      expect(out).toContain('writes #2: deny 403, row scope-exceeded');
      expect(out).toMatch(/scope {7}exceeds {4}needed/);
      expect(out).toContain('scope  exceeds → covers');
      expect(out.match(/facts/g)).toHaveLength(1);
    },
  );

  it('SF-2 reports as JSON lines', async () => {
    const { status, out } = await latchkey(['test', '-', '--json'], mixed);
    expect(status).toBe(1);
    expect(jsonLines(out)).toEqual([
      { file: '-', name: 'reads', passed: true },
      expect.objectContaining({
        name: 'writes #2',
        passed: false,
        differences: [
          { path: 'effect', expected: 'allow', actual: 'deny' },
          { path: 'row', expected: 'accepted', actual: 'scope-exceeded' },
        ],
        explanation: expect.objectContaining({ row: 'scope-exceeded' }),
      }),
      { passed: 1, failed: 1 },
    ]);
  });

  it('SF-2 names the file where there are several', async () => {
    const [one, two] = [fileWith(mixed), fileWith(mixed, 'other.json')];
    const { status, out } = await latchkey(['test', one, two, '--tap']);
    expect([status, out.split('\n')[1]]).toEqual([1, '1..4']);
    expect(out).toContain(`ok 3 - ${two}: reads\n`);
    expect(out).toMatch(/\n2 passed, 2 failed\n$/);
  });

  it.each([
    [{}, [0]],
    [{ effect: 'allow', status: null, reason: 'token-accepted', row: 'accepted' }, [0]],
    [{ principal: { subject: 'ada', tokenId: id, scope: 'read-only' } }, [0]],
    [{ principal: { scope: 'read-write' } }, [1, 'principal.scope']],
    [{ principal: null }, [1, 'principal']],
    [{ client: { address: '10.0.0.7', source: 'peer', why: null } }, [0]],
    [{ client: { address: '10.0.0.8' }, facts: { token: 'live', attempts: null } }, [1, 'client.address']],
    [{ facts: { token: 'unknown', scope: null } }, [1, 'facts.token', 'facts.scope']],
    [{ effect: 'deny', status: 401 }, [1, 'effect', 'status']],
  ])('SF-2 compares only what is expected: %j', async (expectation, outcome) => {
    expect(await expected(expectation)).toEqual(outcome);
  });

  it('SF-2 a part of null cannot be what is expected of it', async () => {
    const other = { target: '/browse' };
    expect(await expected({ client: null, principal: null, facts: { credential: null } }, other)).toEqual([
      0,
    ]);
    expect(await expected({ client: { address: null }, principal: { subject: 'ada' } }, other)).toEqual([
      1,
      'client',
      'principal',
    ]);
  });

  it('SF-2 nothing expected is nothing tested', async () => {
    const { status, out } = await latchkey(['test', '-'], scenarioWith());
    expect([status, out]).toEqual([0, 'TAP version 14\n1..0\n0 passed, 0 failed\n']);
  });

  it('SF-2 a bad file ends with 2 before anything is tested, with the problems of all', async () => {
    const [good, bad, worse] = [
      fileWith(mixed),
      fileWith('{', 'bad.json'),
      fileWith('{"host":"jira"}', 'worse.json'),
    ];
    const { status, out, err } = await latchkey(['test', good, bad, worse]);
    expect([status, out]).toEqual([2, '']);
    expect(err.split('\n').map((line) => /(\w+)\.json/.exec(line)?.[1])).toEqual([
      'bad',
      'worse',
      'worse',
      undefined,
    ]);
  });
});
