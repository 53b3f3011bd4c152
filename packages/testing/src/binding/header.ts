import { assert, same } from '../store/assertion.ts';
import { type BindingCase, bindingCase } from './case.ts';

/** Header lines of a request, as a case sends them. */
export const bearer = (token: string): string => `Authorization: Bearer ${token}`;
export const basic = (text: string): string => `Authorization: Basic ${btoa(text)}`;

/** Several Authorization lines, of which one alone would be accepted. */
const several: readonly [what: string, linesOf: (token: string) => readonly string[]][] = [
  ['two equal ones', (token) => [bearer(token), bearer(token)]],
  ['one of another scheme first', (token) => ['Authorization: Negotiate abc', bearer(token)]],
  ['one of another scheme last', (token) => [bearer(token), 'Authorization: Negotiate abc']],
  ['an empty one last', (token) => [bearer(token), 'Authorization:']],
  ['a Basic one and another case', (token) => [basic(`ada:${token}`), `authorization: Bearer ${token}`]],
];

/** Which header lines reach the engine. */
export const headerCases: readonly BindingCase[] = [
  bindingCase('header-lines', 'BI-2 every header line arrives, in order', async (bench) => {
    const lines: [string, string][] = [
      ['Host', 'test'],
      ['X-Forwarded-For', '203.0.113.9'],
      ['x-dup', '1'],
      ['X-DUP', '2'],
      ['x-forwarded-for', '198.51.100.1'],
      ['X-Latin', 'caf\u00e9'],
      ['Connection', 'close'],
    ];
    await bench.ask(
      'GET /api/notes',
      lines
        .slice(1, -1)
        .map(([name, value]) => (name === 'x-dup' ? `${name}: \t${value} ` : `${name}: ${value}`)),
    );
    const headers = bench.seen[0]?.headers ?? [];
    if (bench.has('raw-headers')) return same(headers, lines, 'header lines');
    // Joined, a list keeps its order, and that is all that addresses are read from.
    const joined = (name: string) => headers.filter(([other]) => other.toLowerCase() === name);
    same(
      joined('x-forwarded-for').map(([, value]) => value),
      ['203.0.113.9, 198.51.100.1'],
      'addresses',
    );
    same(
      joined('x-dup').map(([, value]) => value),
      ['1, 2'],
      'a repeated header',
    );
    assert(
      headers.every(([name]) => name === name.toLowerCase()),
      'the names are as they were sent: raw-headers is not lacking',
    );
  }),
  ...several.map(([what, linesOf]) =>
    bindingCase(
      `authorization-${what.replaceAll(' ', '-')}`,
      `BI-2, CR-1 of several Authorization lines, ${what}, none is believed`,
      async (bench) => {
        const { status, body } = await bench.ask('GET /api/notes', linesOf(bench.readWrite));
        same([status, body.includes('credential-malformed')], [401, true], 'status and reason');
        same(bench.entered, [], 'what reached the host');
      },
    ),
  ),
  bindingCase(
    'authorization-empty-first',
    'BI-2, CR-1 an empty Authorization line makes the next one malformed',
    async (bench) => {
      const { status } = await bench.ask('GET /api/notes', ['Authorization:', bearer(bench.readWrite)]);
      if (bench.has('empty-authorization'))
        return same([status, bench.entered], [401, []], 'status and requests of the host');
      // Where the runtime drops it, it was never there, and the host sees the same.
      same([status, bench.reached[0]?.authorization], [200, `Bearer ${bench.readWrite}`], 'what is left');
    },
  ),
  bindingCase(
    'authorization-long',
    'CR-1 a credential over the limit is malformed, not cut',
    async (bench) => {
      const { status } = await bench.ask('GET /api/notes', [`${bearer(bench.readWrite)}${'A'.repeat(8300)}`]);
      same([status, bench.entered.length], [401, 0], 'status and requests of the host');
    },
  ),
];
