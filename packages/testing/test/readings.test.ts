import { classifyTarget, hosts } from '@latchkey/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyTarget as byReference } from '../src/reference/target.ts';

/** Prefixes, what leads in and out of them, and the escapes that servers read in different ways. */
const pieces = [
  ...[
    '/',
    '/rest',
    '/rest/',
    'rest',
    'rpc',
    'soap',
    '/rpc/soap',
    '/x',
    'x',
    'R',
    '.',
    '..',
    '/..',
    ';',
    '\\',
    '#',
    ' ',
  ],
  ...['%2e', '%2e%2e', '%2f', '%3b', '%5c', '%23', '%3f', '%20', '%00', '%09', '%25', '%52', '%'],
  ...['%252f', '%2525', '%u002f', '%u002e', '%u0025', '%u0072', '%25u002f', '%u'],
  ...[
    '%c0%af',
    '%c0%ae',
    '%c0%a5',
    '%c0%bb',
    '%25c0%25af',
    '%e0%80%af',
    '%c1%b2',
    '%C0%80',
    '%ed%a0%80',
    '%ff',
  ],
  ...['\uff52', '%ef%bd%92'],
];
const target = fc
  .array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 7 })
  .map((parts) => `/${parts.join('')}`);
const rank = { other: 0, remote: 1, rest: 2 };

describe('readings of a target', () => {
  it.each([hosts.jira, hosts.confluence])(
    'TA-2 none that the reference knows is missed, on $name',
    (host) => {
      fc.assert(
        fc.property(target, (text) => {
          const ours = classifyTarget(text, host);
          const theirs = byReference(text, host);
          // More may be found here: a host name that the URL standard refuses is read over all the same.
          expect(rank[ours.surface]).toBeGreaterThanOrEqual(rank[theirs.surface]);
          if (theirs.suspicious) expect(ours.suspicious).toBe(true);
        }),
        { numRuns: 3000 },
      );
    },
    60_000,
  );

  it.each([
    [hosts.confluence, '/rpc%u002f%2e%2e%2fsoap-axis/issue', 'remote'],
    [hosts.jira, '/%u002f%2e%2e%2frest', 'rest'],
  ] as const)(
    'TA-2 a server may leave %%u alone, trim the dots, and decode it then',
    (host, text, surface) => {
      for (const classify of [classifyTarget, byReference])
        expect(classify(text, host)).toMatchObject({ surface, suspicious: true });
    },
  );
});
