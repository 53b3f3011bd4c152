import {
  defaultSettings,
  type HostProfile,
  type Issue,
  parseSettings,
  type Result,
  type Settings,
} from '@latchkey/core';

type Part = Readonly<Record<string, unknown>>;

const isPart = (value: unknown): value is Part =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The keys whose value says which shape the object around them has. */
const discriminators = ['mode', 'to'] as const;

/** What each shape has where a partial document leaves it out; a list of groups or proxies is never guessed. */
function shapeDefaults(path: string, given: Part, host: HostProfile): Part {
  switch (path) {
    case 'passwords':
      return given.mode === 'refused'
        ? { pathGuard: false, remoteApi: 'refused' }
        : given.mode === 'accepted'
          ? { recognisedTokens: host.recognisedTokens }
          : {};
    case 'permissions.create':
      return { readOnly: false };
    case 'network.reverseProxy':
      return { header: 'X-Forwarded-For', onMissing: 'deny' };
    default:
      return {};
  }
}

// Built by fromEntries, because assigning a key named __proto__ would drop it unjudged.
const over = (base: Part, given: Part, merged: (key: string, value: unknown) => unknown): Part =>
  Object.fromEntries([
    ...Object.entries(base),
    ...Object.entries(given).map(([key, value]) => [key, merged(key, value)]),
  ]);

function merge(base: unknown, given: unknown, path: string, host: HostProfile): unknown {
  if (!isPart(given)) return given;
  const replaces =
    !isPart(base) || discriminators.some((key) => Object.hasOwn(given, key) && given[key] !== base[key]);
  if (replaces) return over(shapeDefaults(path, given, host), given, (_, value) => value);
  const below = (key: string): string => (path === '' ? key : `${path}.${key}`);
  return over(base, given, (key, value) =>
    Object.hasOwn(base, key) ? merge(base[key], value, below(key), host) : value,
  );
}

/**
 * The settings that a partial document stands for: objects merge over the host's defaults, lists replace, and
 * another `mode` or `to` replaces its object. The whole is then judged as strictly as every other. Spec: SF
 *
 * @example
 * completeSettings({ passwords: { mode: 'refused' } }, hosts.jira); // pathGuard false, remoteApi 'refused'
 */
export function completeSettings(partial: unknown, host: HostProfile): Result<Settings, readonly Issue[]> {
  return parseSettings(merge(defaultSettings(host), partial, '', host), host);
}
