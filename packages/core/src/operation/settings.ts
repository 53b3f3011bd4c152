import type { AuditEvent } from '../audit.ts';
import type { SettingsStore } from '../ports.ts';
import { type Issue, ok, type Result, refused } from '../result.ts';
import { settingsDifference } from '../settings/difference.ts';
import type { HostProfile } from '../settings/hosts.ts';
import { type Finding, reviewSettings } from '../settings/review.ts';
import { defaultSettings, parseSettings, type Settings } from '../settings/schema.ts';
import { type EpochMs, isTokenRecord, statusOf } from '../token/record.ts';
import type { Actor } from './actor.ts';
import { call, issue, notPermitted, type PortCall } from './step.ts';

/** Settings as saved, with the revision to save over. */
export interface LoadedSettings {
  readonly revision: number;
  /** Null where the saved document no longer parses; `problems` then says why. Spec: SE-4 */
  readonly settings: Settings | null;
  readonly document: unknown;
  readonly problems: readonly Issue[];
}

/** What a save answered. */
export interface SavedSettings {
  readonly revision: number;
  readonly settings: Settings;
  readonly findings: readonly Finding[];
}

/** What settings operations are judged by; they work without a policy, so that a broken one can be mended. */
export interface SettingsContext {
  readonly host: HostProfile;
  readonly now: EpochMs;
}

/** What a settings store keeps. */
interface SavedDocument {
  readonly document: unknown;
  readonly revision: number;
}

type SettingsSteps<T> = Generator<PortCall, Result<T, readonly Issue[]>, unknown>;

const all = <T>(result: Result<T, Issue>): Result<T, readonly Issue[]> =>
  result.ok ? result : refused([result.problem]);

function* knowAdministrator(by: Actor): SettingsSteps<string> {
  const found = all(yield* call(({ directory }) => directory.find(by.subject)));
  if (!found.ok) return found;
  const subject = found.value;
  if (subject === null || !subject.active || !subject.administrator)
    return all(notPermitted('Only administrators see and change settings.'));
  return ok(subject.id);
}

/**
 * Refuses whoever may only read: a read-only token, or a session opened with one. It asks for no policy, because
 * settings have to be mendable when there is none. Spec: SC-1, SC-5
 */
function* refuseReading(by: Actor, now: EpochMs): SettingsSteps<null> {
  const readOnly = all(notPermitted('What may only read changes no settings.'));
  const { scope = 'read-write', notAfter = null } = by.limits ?? {};
  if (scope === 'read-only' || (notAfter !== null && notAfter <= now)) return readOnly;
  const tokenId = by.tokenId ?? null;
  if (tokenId === null) return ok(null);
  const found = all(yield* call(({ tokens }) => tokens.find(tokenId)));
  if (!found.ok) return found;
  const { record } = found.value;
  const covers = isTokenRecord(record) && record.subject === by.subject && record.scope === 'read-write';
  return covers && statusOf(record, untouched, now) === 'live' ? ok(null) : readOnly;
}

/** Rules that leave each token its own end. */
const untouched = { maximum: 'never', existing: 'keep' } as const;

/** The settings that stand, for administrators. Refused with `not-permitted`, `settings-fixed`, `unavailable`. Spec: SE-4, SE-5 */
export function* loadSettings(by: Actor, { host }: SettingsContext): SettingsSteps<LoadedSettings> {
  const administrator = yield* knowAdministrator(by);
  if (!administrator.ok) return administrator;
  return yield* currentSettings(host);
}

function* currentSettings(host: HostProfile): SettingsSteps<LoadedSettings> {
  const loaded = all(
    yield* call<SavedDocument | null | 'fixed'>(({ settings }) =>
      settings === null ? 'fixed' : settings.load(),
    ),
  );
  if (!loaded.ok) return loaded;
  if (loaded.value === 'fixed')
    return all(issue('settings-fixed', 'The settings of this engine are fixed in code.'));
  if (loaded.value === null) {
    const settings = defaultSettings(host);
    return ok({ revision: 0, settings, document: settings, problems: [] });
  }
  const { document, revision } = loaded.value;
  const parsed = parseSettings(document, host);
  return ok({
    revision,
    document,
    settings: parsed.ok ? parsed.value : null,
    problems: parsed.ok ? [] : parsed.problem,
  });
}

/**
 * Saves settings over the revision they were read at. Every problem in the document is answered at once;
 * findings come back with the save and never prevent it. Refused with the document's issues,
 * `not-permitted`, `conflict`, `settings-fixed`, `unavailable`. Spec: SE-5, RE-1, TK-7
 */
export function* saveSettings(
  by: Actor,
  document: unknown,
  expectedRevision: number,
  { host, now }: SettingsContext,
): SettingsSteps<SavedSettings> {
  const administrator = yield* knowAdministrator(by);
  if (!administrator.ok) return administrator;
  const writer = yield* refuseReading(by, now);
  if (!writer.ok) return writer;
  const parsed = parseSettings(document, host);
  if (!parsed.ok) return parsed;
  const current = yield* currentSettings(host);
  if (!current.ok) return current;
  if (current.value.revision !== expectedRevision) return all(conflict);
  const revision = expectedRevision + 1;
  const event: AuditEvent = {
    kind: 'settings-changed',
    at: now,
    actor: administrator.value,
    actorTokenId: by.tokenId ?? null,
    address: by.address ?? null,
    revision,
    changes: settingsDifference(current.value.document, parsed.value),
  };
  const word = all(
    // Without a store there are no current settings either.
    yield* call(({ settings }) => (settings as SettingsStore).save(parsed.value, expectedRevision, event)),
  );
  if (!word.ok) return word;
  if (word.value === 'conflict') return all(conflict);
  const before = current.value.settings;
  const findings = reviewSettings(parsed.value, host, before === null ? {} : { before });
  return ok({ revision, settings: parsed.value, findings });
}

const conflict = issue(
  'conflict',
  'The settings were changed since they were read; nothing was saved. Read them again.',
);

/** The findings of a document that is not saved, or everything that is wrong with it. Spec: RE-1 */
export function reviewDocument(
  document: unknown,
  host: HostProfile,
): Result<readonly Finding[], readonly Issue[]> {
  const parsed = parseSettings(document, host);
  return parsed.ok ? ok(reviewSettings(parsed.value, host)) : parsed;
}
