import type { EpochMs, HostProfile, Settings, Subject, TokenRecord } from '@latchkey/core';

/** Everything outside a request that its decision depends on. */
export interface ReferenceWorld {
  readonly host: HostProfile;
  readonly settings: Settings;
  readonly now: EpochMs;
  readonly users: readonly Subject[];
  /** Their digests are SHA-256 over the 43 secret characters; no pepper, so `keyVersion` is null. */
  readonly tokens: readonly TokenRecord[];
  /** SHA-256 of the UTF-8 text, as base64url without padding. */
  readonly sha256: (text: string) => string;
  /** What token texts start with, before the underscore; `lk` unless said. */
  readonly prefix?: string;
  /** What is out of order. */
  readonly fault?: 'store-unavailable' | 'directory-unavailable' | 'settings-unreadable';
  /** What the limiter of failed logins answers for a password candidate; `open` unless said. */
  readonly attempts?: 'open' | 'locked';
}
