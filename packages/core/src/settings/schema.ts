import * as z from 'zod/mini';
import { parseRange, parseTrustedRange } from '../net/ranges.ts';
import { type Issue, ok, type Result, refused } from '../result.ts';
import type { Grant } from '../token/permission.ts';
import { type Validity, validities } from '../token/validity.ts';
import { type HostProfile, hasRemoteApi, isUsableHeader } from './hosts.ts';

/** The administrator's settings: one JSON document of which every part is required. Spec: SE-1 */
export interface Settings {
  readonly version: 1;
  readonly permissions: {
    readonly use: Grant;
    readonly create: Grant & { readonly readOnly: boolean };
    readonly createOnBehalf: Extract<Grant, { to: 'groups' }>;
  };
  readonly validity: {
    readonly maximum: Validity;
    readonly choices: 'listed' | 'within';
    readonly existing: 'keep' | 'clamp';
  };
  readonly network: {
    readonly allow: readonly string[];
    readonly appliesTo: 'tokens' | 'all-credentials';
    readonly discloseAddress: boolean;
    readonly reverseProxy: null | {
      readonly trusted: readonly string[];
      readonly header: string;
      readonly shape?: 'list' | 'single' | 'forwarded';
      readonly onMissing: 'deny' | 'peer';
    };
  };
  readonly passwords:
    | { readonly mode: 'accepted'; readonly recognisedTokens: 'defer' | 'refuse' }
    | { readonly mode: 'refused'; readonly pathGuard: boolean; readonly remoteApi: 'accepted' | 'refused' };
  readonly hostTokens: 'accepted' | 'refused';
}

/** The most entries that an allow-list or a list of trusted proxies may have. */
const maximumEntries = 100_000;

/** The settings that stand where none were ever saved. Spec: SE-1, SE-4 */
export function defaultSettings(host: HostProfile): Settings {
  return {
    version: 1,
    permissions: {
      use: { to: 'everyone' },
      create: { to: 'everyone', readOnly: false },
      createOnBehalf: { to: 'groups', groups: [...host.administratorGroups] },
    },
    validity: { maximum: 'never', choices: 'listed', existing: 'keep' },
    network: { allow: [], appliesTo: 'tokens', discloseAddress: true, reverseProxy: null },
    passwords: { mode: 'accepted', recognisedTokens: host.recognisedTokens },
    hostTokens: 'accepted',
  };
}

/** A check that reports our own code and hint through zod's issue list. */
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

const isPlainName = (text: string): boolean => {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code === 0x7f) return false;
  }
  return text.length >= 1 && text.length <= 255;
};

const group = z.string().check(
  judged((text) =>
    isPlainName(text)
      ? null
      : {
          code: 'group-malformed',
          message: 'A group name has 1 to 255 characters and no control characters.',
        },
  ),
);
const groups = z.array(group).check(z.minLength(1));
const range = (parse: typeof parseRange) =>
  z.string().check(
    judged((text) => {
      const parsed = parse(text);
      return parsed.ok ? null : parsed.problem;
    }),
  );
const ranges = (parse: typeof parseRange) => z.array(range(parse)).check(z.maxLength(maximumEntries));

const everyone = z.literal('everyone');
const toGroups = z.strictObject({ to: z.literal('groups'), groups });
const remoteApi = (host: HostProfile) =>
  hasRemoteApi(host)
    ? z.enum(['accepted', 'refused'])
    : z.enum(['accepted', 'refused']).check(
        judged((value) =>
          value === 'refused'
            ? null
            : {
                code: 'no-remote-api',
                message: `The host ${host.name} has no remote API to make an exception for.`,
              },
        ),
      );
const clientHeader = (host: HostProfile) =>
  z.string().check(
    judged((name) =>
      isUsableHeader(name) && name.toLowerCase() !== host.tokenHeader?.toLowerCase()
        ? null
        : {
            code: 'header-malformed',
            message: 'The header has to be one header name that carries no credential.',
            hint: 'X-Forwarded-For',
          },
    ),
  );

const settingsSchema = (host: HostProfile) =>
  z.strictObject({
    version: z.literal(1),
    permissions: z.strictObject({
      use: z.discriminatedUnion('to', [z.strictObject({ to: everyone }), toGroups]),
      create: z.discriminatedUnion('to', [
        z.strictObject({ to: everyone, readOnly: z.boolean() }),
        z.strictObject({ to: z.literal('groups'), groups, readOnly: z.boolean() }),
      ]),
      createOnBehalf: toGroups,
    }),
    validity: z.strictObject({
      maximum: z.enum(validities),
      choices: z.enum(['listed', 'within']),
      existing: z.enum(['keep', 'clamp']),
    }),
    network: z.strictObject({
      allow: ranges(parseRange),
      appliesTo: z.enum(['tokens', 'all-credentials']),
      discloseAddress: z.boolean(),
      reverseProxy: z.nullable(
        z.strictObject({
          trusted: ranges(parseTrustedRange).check(z.minLength(1)),
          header: clientHeader(host),
          shape: z.optional(z.enum(['list', 'single', 'forwarded'])),
          onMissing: z.enum(['deny', 'peer']),
        }),
      ),
    }),
    passwords: z.discriminatedUnion('mode', [
      z.strictObject({ mode: z.literal('accepted'), recognisedTokens: z.enum(['defer', 'refuse']) }),
      z.strictObject({ mode: z.literal('refused'), pathGuard: z.boolean(), remoteApi: remoteApi(host) }),
    ]),
    hostTokens: z.enum(['accepted', 'refused']),
  });

type RawSettings = z.infer<ReturnType<typeof settingsSchema>>;
type RawIssue = z.core.$ZodIssue;

const valueAt = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<PropertyKey, unknown>)[key]
        : undefined,
    input,
  );

const quoted = (options: readonly unknown[]): string =>
  options.map((option) => JSON.stringify(option)).join(', ');

const customParams = (issue: RawIssue): { code: string; hint?: string } =>
  (issue as unknown as { params: { code: string; hint?: string } }).params;

/**
 * Puts one of zod's issues into our words: a stable code, the path, what was expected.
 *
 * @internal exported for the test of issues that no check of this schema raises
 */
export function translate(issue: RawIssue, input: unknown): readonly Issue[] {
  // A document is JSON, which has no symbols.
  const path = issue.path as (string | number)[];
  const missing = valueAt(input, issue.path) === undefined;
  const notAnOption = (options: readonly unknown[]): Issue => ({
    code: missing ? 'required' : 'not-an-option',
    path,
    message: `Expected one of ${quoted(options)}.`,
  });
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        code: 'unknown-key',
        path: [...path, key],
        message: 'There is no such setting.',
      }));
    case 'custom':
      return [{ path, message: issue.message, ...customParams(issue) }];
    case 'too_small':
      return [{ code: 'list-empty', path, message: 'At least one entry is needed.' }];
    case 'too_big':
      return [{ code: 'list-too-long', path, message: `At most ${issue.maximum} entries are allowed.` }];
    case 'invalid_type': {
      const expected = issue.expected === 'boolean' ? 'true or false' : `a JSON ${issue.expected}`;
      return [{ code: missing ? 'required' : 'wrong-type', path, message: `Expected ${expected}.` }];
    }
    case 'invalid_value':
      return [notAnOption(issue.values)];
    case 'invalid_union':
      return [notAnOption((issue as unknown as { readonly options: readonly unknown[] }).options)];
    default:
      return [{ code: 'invalid', path, message: 'This value is not allowed here.' }];
  }
}

/** The canonical text of an entry that has been read before. */
const canonicalText = (entry: string): string =>
  (parseRange(entry) as Extract<ReturnType<typeof parseRange>, { readonly ok: true }>).value.canonical;

/** What is stored and shown is canonical: ranges in canonical text, no absent keys. */
function canonical(raw: RawSettings): Settings {
  const { reverseProxy, ...network } = raw.network;
  return {
    ...raw,
    network: {
      ...network,
      allow: network.allow.map(canonicalText),
      reverseProxy:
        reverseProxy === null
          ? null
          : {
              trusted: reverseProxy.trusted.map(canonicalText),
              header: reverseProxy.header,
              ...(reverseProxy.shape === undefined ? {} : { shape: reverseProxy.shape }),
              onMissing: reverseProxy.onMissing,
            },
    },
  };
}

/**
 * The settings in a document, or every problem in it at once, each with its path.
 * Never fills in a missing part, never guesses. Spec: SE, SE-2, AL-1, AL-2, PE-1
 *
 * @example
 * const parsed = parseSettings(JSON.parse(text), hosts.jira);
 * if (!parsed.ok) for (const issue of parsed.problem) console.error(issue.path.join('.'), issue.message);
 */
export function parseSettings(input: unknown, host: HostProfile): Result<Settings, readonly Issue[]> {
  const parsed = settingsSchema(host).safeParse(input);
  return parsed.success
    ? ok(canonical(parsed.data))
    : refused(parsed.error.issues.flatMap((issue) => translate(issue, input)));
}

/** The JSON Schema (draft 2020-12) of a settings document for a host. Spec: CL */
export function settingsJsonSchema(host: HostProfile): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(settingsSchema(host)) as Readonly<Record<string, unknown>>;
}
