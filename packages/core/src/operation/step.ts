import type { AuditOrigin } from '../audit.ts';
import type { AuditLog, Directory, SettingsStore, TokenStore } from '../ports.ts';
import { type Issue, type Result, refused } from '../result.ts';
import type { HostProfile } from '../settings/hosts.ts';
import type { Policy } from '../settings/policy.ts';
import type { Digests } from '../token/digest.ts';
import type { EpochMs } from '../token/record.ts';

/** The ports that operations work on. */
export interface OperationPorts {
  readonly tokens: TokenStore;
  readonly directory: Directory;
  readonly settings: SettingsStore | null;
  readonly audit: AuditLog | null;
}

/**
 * One call of a port, or an answer that needs none; made by whoever runs the steps, who alone knows how long
 * it may take.
 */
export type PortCall = (ports: OperationPorts) => Promise<unknown> | string | null;

/** An operation as steps: each stops at a call until it is told the answer. It waits for nothing itself. */
export type Steps<T> = Generator<PortCall, Result<T, Issue>, unknown>;

/** What every operation is judged by. */
export interface OperationContext {
  readonly policy: Policy;
  readonly host: HostProfile;
  readonly now: EpochMs;
  readonly random: (bytes: number) => Uint8Array;
  readonly prefix: string;
  readonly digests: Digests;
  /** The most live tokens of one subject. Spec: TK-8 */
  readonly maximumLive: number;
}

/** Runs an operation by the policy that stands now. */
export type Judge = <T>(operation: (context: OperationContext) => Steps<T>) => Promise<Result<T, Issue>>;

const outage: Issue = {
  code: 'unavailable',
  path: [],
  message: 'A store or the directory did not answer in time; look whether it happened before trying again.',
};

/** Calls a port; a failure ends the operation with `unavailable`. */
export function* call<T>(
  made: (ports: OperationPorts) => Promise<T> | (T & (string | null)),
): Generator<PortCall, Result<T, Issue>, unknown> {
  const told = (yield made) as T | 'unavailable';
  return told === 'unavailable' ? refused(outage) : { ok: true, value: told };
}

/** An issue with a code, where it concerns one field of the request. */
export const issue = (code: string, message: string, ...path: (string | number)[]): Result<never, Issue> =>
  refused({ code, path, message });

/** The refusal of somebody who may not. */
export const notPermitted = (message: string): Result<never, Issue> => issue('not-permitted', message);

/** An origin for events that no user caused, a purge by a timer for example. */
export const systemOrigin = (at: EpochMs): AuditOrigin => ({
  at,
  actor: 'latchkey',
  actorTokenId: null,
  address: null,
});
