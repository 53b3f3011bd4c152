import { type Issue, ok, type Result, refused } from '../result.ts';
import type { EarlierKey } from './earlier.ts';
import type { HostProfile } from './hosts.ts';
import { type MigrationNote, notesOf } from './migrate/notes.ts';
import { type EarlierDocument, isEmptyList, readEarlier } from './migrate/read.ts';
import { parseSettings, type Settings } from './schema.ts';
import { currentSpelling } from './spelling.ts';

export type { MigrationNote } from './migrate/notes.ts';

/** Settings in the current shape, and what was assumed on the way. Spec: MI-1 */
export interface Migration {
  readonly settings: Settings;
  /** Empty where the document was current. */
  readonly notes: readonly MigrationNote[];
}

/** Where each list and text of an earlier document stands today. */
const places: Readonly<Record<string, EarlierKey>> = {
  'permissions.use.groups': 'useTokensGroups',
  'permissions.create.groups': 'createTokensGroups',
  'permissions.createOnBehalf.groups': 'createTokensOnBehalfGroups',
  'network.allow': 'ipAddressRestrictions',
  'network.reverseProxy.trusted': 'trustedReverseProxies',
  'network.reverseProxy.header': 'clientIpHeader',
  'passwords.remoteApi': 'allowPasswordsOnRemoteApi',
};

/** The usual header, which also stands in where proxy support is off. */
const usualHeader = 'X-Forwarded-For';

/**
 * Settings of any shape in the current one: today's are parsed as they are, earlier ones are lifted, with a note
 * for each assumption. Allows nothing that the document refused: what cannot be said any more is an issue, never
 * a guess. Every problem is reported with its path in the given document. Never throws on JSON. Spec: MI-1
 *
 * @example
 * const lifted = migrateSettings({ appVersion: '1.2.0', onlyAdministratorsMayUse: true }, hosts.jira);
 * if (lifted.ok) lifted.value.settings.permissions.use; // { to: 'groups', groups: ['jira-administrators', …] }
 */
export function migrateSettings(document: unknown, host: HostProfile): Result<Migration, readonly Issue[]> {
  if (
    typeof document !== 'object' ||
    document === null ||
    Array.isArray(document) ||
    Object.hasOwn(document, 'version')
  ) {
    const parsed = parseSettings(document, host);
    return parsed.ok ? ok({ settings: parsed.value, notes: [] }) : parsed;
  }
  const { document: earlier, issues } = readEarlier(document);
  if (earlier === null) return refused(issues);
  const judged = parseSettings(everyPartOf(earlier, host), host);
  if (!judged.ok) return refused([...issues, ...judged.problem.map((issue) => putBack(issue, earlier))]);
  if (issues.length > 0) return refused(issues);
  const settings = withoutUnused(judged.value, earlier);
  return ok({ settings, notes: notesOf(earlier, settings, host) });
}

/** The current document with all that the earlier one holds, also what had no effect: so all of it is judged. */
function everyPartOf(earlier: EarlierDocument, host: HostProfile): unknown {
  const { switches, raw, validity } = earlier;
  const on = (key: EarlierKey): boolean => switches.get(key) === true;
  const grant = (onlyAdministrators: EarlierKey, groups: EarlierKey): object => {
    if (on(onlyAdministrators)) return { to: 'groups', groups: host.administratorGroups };
    return isEmptyList(earlier, groups) ? { to: 'everyone' } : { to: 'groups', groups: raw.get(groups) };
  };
  const given = (key: EarlierKey, otherwise: unknown): unknown =>
    isEmptyList(earlier, key) ? otherwise : raw.get(key);
  return {
    version: 1,
    permissions: {
      use: grant('onlyAdministratorsMayUse', 'useTokensGroups'),
      create: {
        ...grant('onlyAdministratorsMayCreate', 'createTokensGroups'),
        readOnly: on('limitCreatedTokensToReadOnly'),
      },
      createOnBehalf: { to: 'groups', groups: given('createTokensOnBehalfGroups', host.administratorGroups) },
    },
    validity: { maximum: validity, choices: 'listed', existing: 'keep' },
    network: {
      allow: given('ipAddressRestrictions', []),
      appliesTo: 'tokens',
      discloseAddress: true,
      reverseProxy: {
        // Stands in where there is none, and goes again: support without proxies is refused, or off.
        trusted: given('trustedReverseProxies', ['127.0.0.1']),
        header: raw.has('clientIpHeader') ? raw.get('clientIpHeader') : usualHeader,
        onMissing: 'deny',
      },
    },
    passwords: on('disableBasicAuthWithPasswords')
      ? {
          mode: 'refused',
          pathGuard: on('preventPathTraversal'),
          remoteApi: on('allowPasswordsOnRemoteApi') ? 'accepted' : 'refused',
        }
      : { mode: 'accepted', recognisedTokens: host.recognisedTokens },
    hostTokens: on('disablePersonalAccessTokens') ? 'refused' : 'accepted',
  };
}

/** Takes out what had no effect: groups beside "everyone", proxies without proxy support. */
function withoutUnused(settings: Settings, { switches }: EarlierDocument): Settings {
  const { use, create, createOnBehalf } = settings.permissions;
  const everyone = (key: EarlierKey): boolean => switches.get(key) === true;
  return {
    ...settings,
    permissions: {
      use: everyone('allowEveryoneToUseTokens') ? { to: 'everyone' } : use,
      create: everyone('allowEveryoneToCreateTokens')
        ? { to: 'everyone', readOnly: create.readOnly }
        : create,
      createOnBehalf,
    },
    network: {
      ...settings.network,
      reverseProxy: switches.get('enableReverseProxySupport') === true ? settings.network.reverseProxy : null,
    },
  };
}

/** An issue with the current document as one with the earlier document; an entry gets the way it is written today. */
function putBack(issue: Issue, { raw }: EarlierDocument): Issue {
  const where = issue.path.join('.');
  const found = Object.entries(places).find(([place]) => where === place || where.startsWith(`${place}.`));
  if (found === undefined) return issue;
  const [place, key] = found;
  const within = issue.path.slice(place.split('.').length);
  const hint = issue.hint ?? currentSpelling(valueIn(raw.get(key), within));
  return { ...issue, path: [key, ...within], ...(hint === undefined ? {} : { hint }) };
}

/** The text of an entry of a list, or no text. */
function valueIn(list: unknown, [index]: readonly (string | number)[]): string {
  const entry: unknown = Array.isArray(list) && typeof index === 'number' ? list[index] : undefined;
  return typeof entry === 'string' ? entry : '';
}
