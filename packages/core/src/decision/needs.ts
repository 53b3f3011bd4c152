import type { HostProfile } from '../settings/hosts.ts';
import type { Policy } from '../settings/policy.ts';
import type { Digests } from '../token/digest.ts';
import type { EpochMs, Scope, SubjectId, TokenId, TokenRecord } from '../token/record.ts';

/** A user as the directory knows it. */
export interface Subject {
  readonly id: SubjectId;
  readonly active: boolean;
  readonly administrator: boolean;
  readonly groups: readonly string[];
}

/** Who an accepted request acts as. */
export interface Principal {
  readonly subject: SubjectId;
  readonly tokenId: TokenId;
  readonly scope: Scope;
}

/** What only the outside can answer; the gathering stops at each until it is told. */
export type Need =
  | { readonly need: 'record'; readonly id: TokenId }
  | { readonly need: 'subject'; readonly id: SubjectId }
  | { readonly need: 'attempts'; readonly username: string; readonly address: string | null };

/** The record found under an id, and the instant of the answer: expiry is judged after the wait, not before. */
export interface Found {
  readonly record: TokenRecord | null;
  readonly at: EpochMs;
}

/** What the limiter says of a password candidate. */
export interface AttemptState {
  readonly locked: boolean;
  readonly retryAfterSeconds: number;
}

/** The answer to a need; `unavailable` where the look-up failed. */
export type Told = Found | Subject | AttemptState | null | 'unavailable';

/** What a request is judged by; a null policy stands for settings that cannot be read (SE-4). */
export interface Rules {
  readonly host: HostProfile;
  readonly policy: Policy | null;
  readonly prefix: string;
  readonly digests: Digests;
  /** Whether an attempt limiter is there to be asked. */
  readonly limited: boolean;
}

/** Steps that stop at each need until they are told, and end in a T. */
export type Gathering<T> = Generator<Need, T, Told>;
