import type { HostProfile } from '@latchkey/core';
import fc from 'fast-check';

const jira: HostProfile = {
  name: 'jira',
  contextPath: '',
  governed: ['/rest/'],
  remote: [],
  exempt: [
    { method: 'POST', path: '/rest/auth/1/session', session: true },
    { method: 'POST', path: '/rest/auth/latest/session', session: true },
  ],
  hostTokens: { since: '8.14' },
  administratorGroups: ['jira-administrators', 'jira-system-administrators'],
  tokenHeader: null,
  mountPath: '/rest/latchkey/1',
  recognisedTokens: 'defer',
};

const confluence: HostProfile = {
  ...jira,
  name: 'confluence',
  remote: ['/rpc/xmlrpc', '/rpc/soap/', '/rpc/soap-axis/', '/rpc/json-rpc/'],
  exempt: [],
  hostTokens: { since: '7.9' },
  administratorGroups: ['confluence-administrators'],
};

const bitbucket: HostProfile = {
  ...jira,
  name: 'bitbucket',
  exempt: [],
  hostTokens: 'always',
  administratorGroups: ['bitbucket-administrators'],
};

const generic: HostProfile = {
  ...jira,
  name: 'generic',
  governed: ['/api/'],
  exempt: [],
  hostTokens: 'never',
  administratorGroups: ['administrators'],
  mountPath: '/api/latchkey',
  recognisedTokens: 'refuse',
};

/** A developer's own host that uses everything a profile can say. */
const elaborate: HostProfile = {
  ...generic,
  name: 'workshop',
  contextPath: '/shop',
  governed: ['/api/', '/v2/Orders'],
  remote: ['/soap'],
  exempt: [{ method: 'POST', path: '/api/session', session: true }],
  tokenHeader: 'X-API-Key',
};

/** A host profile: the four of the specification, some below a context path or with a token header. Spec: HO. */
export const host: fc.Arbitrary<HostProfile> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(jira, bitbucket, generic) },
  { weight: 3, arbitrary: fc.constant(confluence) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.constantFrom(jira, confluence, bitbucket, generic),
        fc.constantFrom('', '/jira', '/Wiki/main'),
        fc.constantFrom(null, 'X-API-Key'),
      )
      .map(([profile, contextPath, tokenHeader]) => ({ ...profile, contextPath, tokenHeader })),
  },
  { weight: 1, arbitrary: fc.constant(elaborate) },
);
