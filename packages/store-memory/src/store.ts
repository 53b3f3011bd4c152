import type { AuditLog, SettingsStore, TokenStore } from '@latchkey/core';
import { auditLog } from './audit.ts';
import { settingsStore } from './settings.ts';
import { tokenStore } from './tokens.ts';

/** The three ports over one memory; gone with the process. */
export interface MemoryStore {
  readonly tokens: TokenStore;
  readonly settings: SettingsStore;
  readonly audit: AuditLog;
}

/**
 * A store in memory for one process: the readable reference for every other store.
 * Each operation is one synchronous step, so that no two can interleave. Spec: ST-1…ST-7
 *
 * @example
 * const { tokens, settings, audit } = memoryStore();
 */
export function memoryStore(): MemoryStore {
  const log = auditLog();
  const settings = settingsStore(log);
  return { tokens: tokenStore(log, settings.revision), settings: settings.port, audit: log.port };
}
