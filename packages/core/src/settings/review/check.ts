import type { GroupId } from '../../token/permission.ts';
import type { HostProfile } from '../hosts.ts';
import type { Settings } from '../schema.ts';
import type { Cover } from './cover.ts';

/** How much a finding matters: `warning` where the policy is likely not what was meant. Spec: RE-1 */
export type Severity = 'warning' | 'recommendation';

/** What is known beyond the settings; whatever is absent is not looked into. Spec: RE-1 */
export interface ReviewFacts {
  /** Every group of the directory with the number of its members; a group that is absent does not exist. */
  readonly groups?: ReadonlyMap<GroupId, number>;
  /** The host's own version, which decides whether it has tokens of its own. Spec: HT-1 */
  readonly hostVersion?: string;
  /** What requests showed lately. */
  readonly observed?: {
    /** Peers whose requests carried the header; those without a private address do not count. */
    readonly headerFromPrivatePeer?: readonly string[];
  };
  /** The settings that stand until these are saved. */
  readonly before?: Settings;
}

/** What the checks look at. */
export interface Reviewed {
  readonly settings: Settings;
  readonly host: HostProfile;
  readonly facts: ReviewFacts;
  /** The allow-list as sets of addresses. */
  readonly allow: Cover;
  /** The trusted proxies as sets of addresses; empty without proxy support. */
  readonly trusted: Cover;
}

/** One place where a check strikes, and the sentence that says what is there. */
export interface Spot {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** One question that a review asks of settings; its code never changes. */
export interface Check<Code extends string = string> {
  readonly code: Code;
  readonly severity: Severity;
  /** What to do about it. */
  readonly remedy: string;
  readonly find: (reviewed: Reviewed) => readonly Spot[];
}

/** The one spot of a check that either strikes or does not. */
export const when = (holds: boolean, path: readonly (string | number)[], message: string): readonly Spot[] =>
  holds ? [{ path, message }] : [];
