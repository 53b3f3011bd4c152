import {
  decisionTable,
  domains,
  type Facts,
  type Issue,
  isTokenText,
  parseInstant,
  reasons,
} from '@latchkey/core';
import * as z from 'zod/mini';
import { hostNames } from './host.ts';

/** A check of a text that reports an issue of core under the place of the text. */
const judged = (judge: (text: string) => Pick<Issue, 'code' | 'message' | 'hint'> | null) =>
  z.check<string>((context) => {
    const flaw = judge(context.value);
    if (flaw === null) return;
    const params = { code: flaw.code, ...(flaw.hint === undefined ? {} : { hint: flaw.hint }) };
    context.issues.push({
      code: 'custom',
      input: context.value,
      message: flaw.message,
      params,
      continue: true,
    });
  });

const name = z.string().check(z.minLength(1));
const texts = z.array(z.string());

const instant = z.string().check(
  judged((text) => {
    const parsed = parseInstant(text);
    return parsed.ok ? null : parsed.problem;
  }),
);
const end = z.optional(z.nullable(instant));

// The message must not show the text: it may be a real token with one character wrong.
const tokenText = z.string().check(
  judged((text) =>
    isTokenText(text)
      ? null
      : {
          code: 'token-malformed',
          message: 'This is not the text of a token: prefix, lengths, alphabet or checksum do not hold.',
          hint: 'Make one with: latchkey token new',
        },
  ),
);
const label = z
  .string()
  .check(
    judged((text) =>
      text.length <= 255 && /^[^\p{Cc}\p{Cs}]+$/u.test(text)
        ? null
        : { code: 'label-malformed', message: 'A label has 1 to 255 characters and no control characters.' },
    ),
  );
const scope = z.enum(['read-only', 'read-write']);

const exempt = z.strictObject({ method: z.string(), path: z.string(), session: z.boolean() });
const profile = z.strictObject({
  name: z.optional(name),
  contextPath: z.optional(z.string()),
  governed: z.optional(texts),
  remote: z.optional(texts),
  exempt: z.optional(z.array(exempt)),
  hostTokens: z.optional(z.union([z.enum(['always', 'never']), z.strictObject({ since: z.string() })])),
  administratorGroups: z.optional(texts),
  tokenHeader: z.optional(z.nullable(z.string())),
  mountPath: z.optional(z.string()),
  recognisedTokens: z.optional(z.enum(['defer', 'refuse'])),
});

const user = z.strictObject({
  name,
  groups: z.optional(texts),
  active: z.optional(z.boolean()),
  administrator: z.optional(z.boolean()),
});

const token = z.strictObject({
  token: tokenText,
  subject: name,
  scope,
  label: z.optional(label),
  createdAt: z.optional(instant),
  expiresAt: end,
  revokedAt: end,
});

const fact = <K extends keyof Facts>(column: K) =>
  z.optional(z.nullable(z.enum(domains[column] as readonly Facts[K][])));

const expectation = z.strictObject({
  effect: z.optional(z.enum(['allow', 'deny', 'defer'])),
  status: z.optional(z.nullable(z.literal([400, 401, 403, 429, 503]))),
  reason: z.optional(z.enum(Object.keys(reasons))),
  row: z.optional(z.enum(decisionTable.map(({ id }) => id))),
  principal: z.optional(
    z.nullable(
      z.strictObject({
        subject: z.optional(z.string()),
        tokenId: z.optional(z.string()),
        scope: z.optional(scope),
      }),
    ),
  ),
  client: z.optional(
    z.nullable(
      z.strictObject({
        address: z.optional(z.nullable(z.string())),
        source: z.optional(z.nullable(z.enum(['peer', 'header']))),
        why: z.optional(z.nullable(z.string())),
      }),
    ),
  ),
  facts: z.optional(
    z.strictObject({
      surface: fact('surface'),
      path: fact('path'),
      credential: fact('credential'),
      fallback: fact('fallback'),
      address: fact('address'),
      token: fact('token'),
      scope: fact('scope'),
      attempts: fact('attempts'),
    }),
  ),
});

/** The form of one request of a scenario. */
export const requestSchema = z.strictObject({
  name: z.optional(z.string()),
  peer: z.optional(z.nullable(z.string())),
  method: z.string(),
  target: z.string(),
  headers: z.optional(z.array(z.tuple([z.string(), z.string()]))),
  fault: z.optional(z.enum(['store-unavailable', 'directory-unavailable', 'settings-unreadable'])),
  attempts: z.optional(z.enum(['open', 'locked'])),
  expect: z.optional(expectation),
});

/** The form of a scenario file; what has to fit across its parts is judged by `parseScenario`. Spec: SF */
export const scenarioSchema = z.strictObject({
  host: z.union([z.enum(hostNames), z.strictObject({ profile })]),
  hostVersion: z.optional(z.string()),
  settings: z.optional(z.record(z.string(), z.unknown())),
  now: instant,
  users: z.optional(z.array(user)),
  tokens: z.optional(z.array(token)),
  requests: z.array(requestSchema),
});

/** A scenario as it is written, form checked. */
export type RawScenario = z.infer<typeof scenarioSchema>;

/** A request as it is written, form checked. */
export type RawRequest = z.infer<typeof requestSchema>;

/** What a request's decision is expected to be; what it leaves out is not looked at. Spec: SF */
export type Expectation = z.infer<typeof expectation>;
