import { describe, expect, it } from 'vitest';
import { fileWith, jsonLines, latchkey, sampleTokens, scenarioWith } from '../program.ts';

const yaml = `host: jira
now: 2026-01-15T12:00:00Z
users:
  - name: ada
tokens:
  - { token: ${sampleTokens.ada}, subject: ada, scope: read-only }
requests:
  - method: GET
    target: /rest/x
    peer: 10.0.0.7
    headers: [[Authorization, Bearer ${sampleTokens.ada}]]
`;

describe('SF reading a file', () => {
  it.each([
    ['scenario.json', scenarioWith(), undefined],
    ['scenario.json', `\ufeff${scenarioWith()}`, undefined],
    ['scenario.yaml', yaml, undefined],
    ['scenario.YML', yaml, undefined],
    ['-', scenarioWith(), scenarioWith()],
    ['-', yaml, yaml],
  ])('SF reads JSON and YAML, from a file and from standard input: %s', async (name, content, input) => {
    const file = name === '-' ? '-' : fileWith(content, name);
    const { status, out, err } = await latchkey(['simulate', file, '--json'], input);
    expect([status, err]).toEqual([0, '']);
    expect(jsonLines(out)[0]).toMatchObject({ effect: 'allow', row: 'accepted' });
  });

  it.each([
    [
      'scenario.json',
      '{\n  "host": "jira",\n  "now" "x"\n}\n',
      ':3:9: This is not JSON: a colon was expected here.',
    ],
    [
      'scenario.json',
      '{\n  "host": "jira",\n}',
      ':3:1: This is not JSON: a key in double quotes was expected here.',
    ],
    ['scenario.json', '{ "host": "jira"', ':1:17: This is not JSON: a comma or } was expected here.'],
    ['scenario.yaml', 'host: jira\nhost: jira\n', ':2:1: This key occurs twice.'],
    ['scenario.yaml', 'host: [jira\nnow: x\n', ':2:1: '],
    ['scenario.yaml', 'host: !!js/undefined x\n', ':1:7: Tags are not supported.'],
    ['scenario.yaml', 'host: jira\n---\nhost: jira\n', ': A file holds one document.'],
  ])('SF a syntax error has line and column: %s %j', async (name, content, message) => {
    const file = fileWith(content, name);
    const { status, out, err } = await latchkey(['simulate', file]);
    expect([status, out]).toEqual([2, '']);
    expect(err.startsWith(`${file}:`)).toBe(true);
    expect(err).toContain(message);
  });

  it('SF a syntax error does not show the text', async () => {
    const { err } = await latchkey(['simulate', '-'], `{"tokens": [{"token": "${sampleTokens.ada}" x}]}`);
    expect(err).toMatch(/^standard input:1:\d+: This is not JSON/);
    expect(err).not.toContain(sampleTokens.ada.slice(20, 40));
  });

  it('SF five mistakes are five problems, each with its path and line', async () => {
    const file = fileWith(`{
  "host": "jira",
  "now": "2026-02-30T12:00:00Z",
  "settings": {
    "network": { "allow": ["10.0.0.0/8", "10.0.0.1/8"] },
    "pasword": { "mode": "refused" }
  },
  "tokens": [
    { "token": "${sampleTokens.ada.slice(0, -1)}0", "subject": "ada", "scope": "read-only" }
  ],
  "requests": [
    { "target": "/rest/x" }
  ]
}
`);
    const { status, out, err } = await latchkey(['simulate', file, '--json']);
    expect([status, out]).toEqual([2, '']);
    const lines = err.trimEnd().split('\n');
    expect(lines.map((line) => line.slice(file.length).split(': ').slice(0, 2).join(' '))).toEqual([
      ':3 now',
      ':9 tokens[0].token',
      ':12 requests[0].method',
      ':5 settings.network.allow[1]',
      ':6 settings.pasword',
    ]);
    expect(err).not.toContain(sampleTokens.ada.slice(20, 40));
  });

  it('SF a token that stands where a key belongs is withheld', async () => {
    const { err } = await latchkey(['simulate', '-'], scenarioWith({ [sampleTokens.ada]: 1 }));
    expect(err).toContain('There is no such key.');
    expect(err).not.toContain(sampleTokens.ada.slice(20, 40));
  });

  it.each([
    ['/nowhere/at/all.json', 'there is no such file'],
    ['/', 'this is a folder'],
  ])('SF says why %s cannot be read', async (file, message) => {
    expect(await latchkey(['simulate', file])).toEqual({ status: 2, out: '', err: `${file}: ${message}.\n` });
  });

  it('SF refuses text that is not UTF-8', async () => {
    const { status, err } = await latchkey(['simulate', fileWith(Uint8Array.of(0x7b, 0xff, 0x7d))]);
    expect([status, err.endsWith(': this is not UTF-8 text.\n')]).toEqual([2, true]);
  });

  it('SF a file cannot write control characters to the terminal', async () => {
    const { err } = await latchkey(['simulate', '-'], scenarioWith({ '\u001b[31m\n\u202e': 1 }));
    expect(err.trimEnd()).not.toMatch(/[\u0000-\u001f\u202e]/);
    const { out } = await latchkey(
      ['simulate', '-'],
      scenarioWith({ requests: [{ name: '\u001b[2Jx', method: 'GET', target: '/' }] }),
    );
    expect(out).toContain('\\u001b[2Jx');
  });
});
