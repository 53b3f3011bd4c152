import {
  type EpochMs,
  type HostProfile,
  type Issue,
  isTokenText,
  parseInstant,
  type ReplayFault,
  type RequestInput,
  type Result,
  type Settings,
  tokenId,
} from '@latchkey/core';
import { checkForm, type FormChecked } from './form.ts';
import { type HostChoice, isHostName, resolveHost } from './host.ts';
import type { Expectation, RawRequest } from './schema.ts';
import { completeSettings } from './settings.ts';

/** A user of the scenario's directory. */
export interface ScenarioUser {
  readonly name: string;
  readonly groups: readonly string[];
  readonly active: boolean;
  readonly administrator: boolean;
}

/** A token of the scenario's store; its id is the one in its text. */
export interface ScenarioToken {
  readonly text: string;
  readonly subject: string;
  readonly scope: 'read-only' | 'read-write';
  readonly label: string;
  readonly createdAt: EpochMs;
  readonly expiresAt: EpochMs | null;
  readonly revokedAt: EpochMs | null;
}

/** One request, what is out of order while it is decided, and what is expected of the decision. */
export interface ScenarioRequest {
  readonly name: string;
  readonly input: RequestInput;
  readonly fault: ReplayFault;
  readonly expect: Expectation | null;
}

/** A policy with a world to try it in. Spec: SF */
export interface Scenario {
  readonly host: HostProfile;
  readonly hostVersion: string | null;
  readonly settings: Settings;
  readonly now: EpochMs;
  readonly users: readonly ScenarioUser[];
  readonly tokens: readonly ScenarioToken[];
  /** As written; `requestsOf` makes them ready one at a time. */
  readonly requests: readonly RawRequest[];
}

const noFault: ReplayFault = Object.freeze({});

/** The label that a token of a scenario has where none is given. */
const usualLabel = 'scenario';

const instantOf = (text: string): EpochMs => {
  const parsed = parseInstant(text);
  if (!parsed.ok) throw new TypeError('An instant was not checked before it was read.');
  return parsed.value;
};
const endOf = (text: string | null | undefined): EpochMs | null =>
  text === null || text === undefined ? null : instantOf(text);

const partOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;

const listOf = (value: unknown, key: string): readonly unknown[] => {
  const list = partOf(value, key);
  return Array.isArray(list) ? list : [];
};

const under = (prefix: Issue['path'], issues: readonly Issue[]): readonly Issue[] =>
  issues.map((issue) => ({ ...issue, path: [...prefix, ...issue.path] }));

/** Names and ids that stand twice: the second would silently hide the first. */
function duplicates(
  list: readonly unknown[],
  path: string,
  key: string,
  identity: (text: string) => string | null,
): readonly Issue[] {
  const seen = new Set<string>();
  return list.flatMap((entry, index) => {
    const text = partOf(entry, key);
    const id = typeof text === 'string' ? identity(text) : null;
    if (id === null) return [];
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    return [
      { code: 'duplicate', path: [path, index, key], message: 'This one is there already, further up.' },
    ];
  });
}

/** The host, where it can be told although other parts are wrong. */
function hostOf(input: unknown, formIssues: readonly Issue[]): Result<HostProfile, readonly Issue[]> | null {
  const choice = partOf(input, 'host');
  if (!isHostName(choice) && formIssues.some(({ path }) => path[0] === 'host')) return null;
  return choice === undefined ? null : resolveHost(choice as HostChoice);
}

/**
 * The scenario in a document, or every problem in it at once, each with its path. Unknown keys are problems;
 * no problem shows a value. Spec: SF
 */
export function parseScenario(input: unknown): Result<Scenario, readonly Issue[]> {
  const form = checkForm(input);
  const formIssues = form.ok ? [] : form.problem;
  const host = hostOf(input, formIssues);
  const given = partOf(input, 'settings') ?? {};
  const settings =
    host?.ok && typeof given === 'object' && !Array.isArray(given)
      ? completeSettings(given, host.value)
      : null;
  const issues = [
    ...formIssues,
    ...(host === null || host.ok ? [] : under(['host', 'profile'], host.problem)),
    ...(settings === null || settings.ok ? [] : under(['settings'], settings.problem)),
    ...duplicates(listOf(input, 'users'), 'users', 'name', (text) => text),
    ...duplicates(listOf(input, 'tokens'), 'tokens', 'token', (text) =>
      isTokenText(text) ? tokenId(text) : null,
    ),
  ];
  if (!form.ok || !host?.ok || !settings?.ok || issues.length > 0) return { ok: false, problem: issues };
  return { ok: true, value: build(form.value, host.value, settings.value) };
}

function build(raw: FormChecked, host: HostProfile, settings: Settings): Scenario {
  const now = instantOf(raw.now);
  return {
    host,
    hostVersion: raw.hostVersion ?? null,
    settings,
    now,
    users: (raw.users ?? []).map(({ name, groups = [], active = true, administrator = false }) => ({
      name,
      groups,
      active,
      administrator,
    })),
    tokens: (raw.tokens ?? []).map(({ token, subject, scope, label, createdAt, expiresAt, revokedAt }) => ({
      text: token,
      subject,
      scope,
      label: label ?? usualLabel,
      createdAt: createdAt === undefined ? now : instantOf(createdAt),
      expiresAt: endOf(expiresAt),
      revokedAt: endOf(revokedAt),
    })),
    requests: raw.requests,
  };
}

/** The requests of a scenario, each made ready when it is its turn: a long file needs little memory beside its own. */
export function* requestsOf({ requests }: Scenario): Generator<ScenarioRequest, void, undefined> {
  let number = 0;
  for (const request of requests) {
    number++;
    yield {
      name: request.name ?? `#${number}`,
      input: {
        method: request.method,
        target: request.target,
        headers: request.headers ?? [],
        peer: request.peer ?? undefined,
      },
      fault: faultOf(request),
      expect: request.expect ?? null,
    };
  }
}

const faultOf = ({ fault, attempts }: RawRequest): ReplayFault =>
  fault === undefined && attempts === undefined
    ? noFault
    : { ...(fault === undefined ? {} : { fault }), ...(attempts === undefined ? {} : { attempts }) };
