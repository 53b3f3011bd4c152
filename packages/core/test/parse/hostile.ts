import fc from 'fast-check';
import type { TargetRules } from '../../src/parse/target.ts';

/** The rules of a host that governs `/rest/` alone. */
export const jira: TargetRules = { contextPath: '', governed: ['/rest/'], remote: [] };
const rules: Readonly<Record<string, TargetRules>> = {
  jira,
  'jira-context': { contextPath: '/jira', governed: ['/rest/'], remote: [] },
  confluence: {
    contextPath: '',
    governed: ['/rest'],
    remote: ['/rpc/xmlrpc', '/rpc/soap/', '/rpc/soap-axis/', '/rpc/json-rpc/'],
  },
  everything: { contextPath: '', governed: ['/'], remote: [] },
};

/** The rules that a vector names. */
export const hostOf = (name: string): TargetRules => {
  const host = rules[name];
  if (host === undefined) throw new Error(`no such host in this file: ${name}`);
  return host;
};
/** Any of them. */
export const anyRules = fc.constantFrom(...Object.values(rules));

/** Texts made of what servers disagree about, with the prefixes often among them. */
export const hostile = fc
  .array(
    fc.oneof(
      {
        weight: 3,
        arbitrary: fc.constantFrom('/', '/', 'rest', 'REST', 'rpc', 'xmlrpc', 'jira', 'x', '..', '.'),
      },
      fc.constantFrom(
        '%2f',
        '%2e',
        '%252e',
        '%5c',
        '\\',
        ';',
        '%3b',
        '#',
        '%23',
        ' ',
        '%20',
        '%00',
        '\t',
        '%3f',
      ),
      fc.constantFrom(
        '%',
        '%zz',
        '%u0072',
        '%c0%af',
        '%ff',
        '\uff0f',
        '\u2025',
        '\u017f',
        '%72',
        '//',
        '...',
        '?',
      ),
      fc.string({ maxLength: 4 }),
    ),
    { maxLength: 9 },
  )
  .map((parts) => parts.join(''));
