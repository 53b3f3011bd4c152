import {
  compileDigests,
  compilePolicy,
  hosts,
  type Settings,
  type Subject,
  type TokenRecord,
} from '../../src/index.ts';
import type { OperationContext, PortCall } from '../../src/operation/step.ts';
import { bytes, now, settingsOf, users } from '../world.ts';

/** Everybody of the test worlds, an administrator and one who may create for others. */
const everybody: readonly Subject[] = [
  ...users,
  { id: 'root', active: true, administrator: true, groups: ['dev'] },
  { id: 'clerk', active: true, administrator: false, groups: ['dev', 'clerks'] },
];

/** Operations of Jira's defaults, where only clerks create for others. */
export const context = (change: Parameters<typeof settingsOf>[1] = {}): OperationContext => {
  const settings: Settings = settingsOf(hosts.jira, {
    permissions: { createOnBehalf: { to: 'groups', groups: ['clerks'] } },
    ...change,
  });
  return {
    policy: compilePolicy(settings, hosts.jira),
    host: hosts.jira,
    now,
    random: bytes,
    prefix: 'lk',
    digests: compileDigests({}),
    maximumLive: 5,
  };
};

/** What a port is asked, by its name, and what it was told. */
export type Asked = readonly [port: string, ...args: unknown[]];

/** What ports answer: a value, or a function of what they are asked. */
export type Answers = Readonly<Record<string, unknown>>;

/** Ports over some records that answer at once; `answers` go before, by names such as `tokens.insert`. */
function portsOf(records: readonly TokenRecord[], answers: Answers, asked: Asked[]) {
  const usual: Answers = {
    'directory.find': (id: string) => everybody.find((user) => user.id === id) ?? null,
    'tokens.find': (id: string) => ({
      record: records.find((record) => record.id === id) ?? null,
      settingsRevision: 0,
    }),
    'tokens.insert': 'inserted',
    'tokens.list': records,
    'tokens.relabel': 'relabelled',
    'tokens.revoke': 'revoked',
    'tokens.replace': 'replaced',
    'tokens.findEnded': [],
    'tokens.remove': 0,
    'settings.load': null,
    'settings.save': 'saved',
    'audit.list': [],
  };
  const port = (name: string) =>
    new Proxy(
      {},
      {
        get:
          (_, method) =>
          (...args: unknown[]) => {
            const call = `${name}.${String(method)}`;
            asked.push([call, ...args]);
            const answer = call in answers ? answers[call] : usual[call];
            return typeof answer === 'function' ? answer(...args) : answer;
          },
      },
    );
  return {
    tokens: port('tokens'),
    directory: port('directory'),
    settings: 'settings' in answers ? null : port('settings'),
    audit: 'audit' in answers ? null : port('audit'),
  };
}

/** Runs an operation over ports that answer at once; the call of that number fails. */
export function drive<T>(
  steps: Generator<PortCall, T, unknown>,
  records: readonly TokenRecord[] = [],
  answers: Answers = {},
  failing = -1,
): { readonly result: T; readonly asked: readonly Asked[]; readonly calls: number } {
  const asked: Asked[] = [];
  const ports = portsOf(records, answers, asked);
  let calls = 0;
  let step = steps.next();
  while (!step.done) {
    const answer = step.value(ports as never);
    step = steps.next(calls++ === failing ? 'unavailable' : answer);
  }
  return { result: step.value, asked, calls };
}
