import type { Family } from '../../net/address.ts';
import { type Check, type Reviewed, type Spot, when } from './check.ts';
import { type Cover, coverOf, holdsFamily, isWholeFamily, liesWithin } from './cover.ts';

const loopback = coverOf(['127.0.0.0/8', '::1']);

const families = [4, 6] as const satisfies readonly Family[];

const hasFamily = (cover: Cover, family: Family): boolean =>
  cover.kept.some((entry) => entry.family === family);

/** The entries of a list that could go, as spots under the list's path. */
export const sparesAt = (
  cover: Cover,
  kind: 'duplicate' | 'shadowed',
  list: readonly (string | number)[],
): readonly Spot[] =>
  cover.spare
    .filter((spare) => spare.kind === kind)
    .map(({ entry, by }) => ({
      path: [...list, entry.index],
      message:
        kind === 'duplicate'
          ? `The entry ${entry.text} holds the same addresses as an entry before it.`
          : `The entry ${entry.text} lies within ${by === null ? 'several other entries together' : by.text}.`,
    }));

/** What the list means for the family that one entry, or several, allow as a whole. */
const wholeFamily = ({ allow }: Reviewed): readonly Spot[] =>
  families.flatMap((family) => {
    if (!holdsFamily(allow, family)) return [];
    const other = family === 4 ? 6 : 4;
    const rest = holdsFamily(allow, other)
      ? `as is every IPv${other} address`
      : hasFamily(allow, other)
        ? `while IPv${other} clients still need an entry of their own`
        : `while every IPv${other} client stays out`;
    const message = `Every IPv${family} address is allowed, ${rest}.`;
    const single = allow.entries.find((entry) => entry.family === family && isWholeFamily(entry));
    return [{ path: ['network', 'allow', ...(single === undefined ? [] : [single.index])], message }];
  });

const oneFamily = ({ allow }: Reviewed): readonly Spot[] =>
  families.flatMap((family) => {
    const other = family === 4 ? 6 : 4;
    return when(
      // A whole family has its own finding, which says this too.
      hasFamily(allow, family) && !hasFamily(allow, other) && !holdsFamily(allow, family),
      ['network', 'allow'],
      `Only IPv${family} addresses are listed, so every IPv${other} client is refused.`,
    );
  });

/** The checks of the allow-list. Spec: RE-1, AL */
export const networkChecks = [
  {
    code: 'allow-list-empty',
    severity: 'recommendation',
    remedy: 'List the addresses that tokens are meant to be used from.',
    find: ({ settings: { network } }) =>
      when(network.allow.length === 0, ['network', 'allow'], 'Tokens may be used from every address.'),
  },
  {
    code: 'allow-whole-family',
    severity: 'warning',
    remedy: 'List narrower ranges, or empty the list if every address of both families is meant.',
    find: wholeFamily,
  },
  {
    code: 'allow-one-family',
    severity: 'recommendation',
    remedy: 'Add the addresses that the same clients have in the other family, if they have any.',
    find: oneFamily,
  },
  {
    code: 'allow-loopback-only',
    severity: 'warning',
    remedy: 'Add the addresses of the clients that are meant to use tokens.',
    find: ({ allow }) =>
      when(
        allow.entries.length > 0 && liesWithin(allow, loopback),
        ['network', 'allow'],
        'Only loopback addresses are listed, so no token works from another machine.',
      ),
  },
  {
    code: 'allow-unspecified-address',
    severity: 'warning',
    remedy: 'Take the entry out; to allow every address, leave the list empty.',
    find: ({ allow }) =>
      allow.entries
        .filter((entry) => entry.last === 0n)
        .map((entry) => ({
          path: ['network', 'allow', entry.index],
          message: `The entry ${entry.text} is one address that no client has, and does not stand for all.`,
        })),
  },
  {
    code: 'allow-entry-duplicate',
    severity: 'recommendation',
    remedy: 'Remove the entry; the list stays the same without it.',
    find: ({ allow }) => sparesAt(allow, 'duplicate', ['network', 'allow']),
  },
  {
    code: 'allow-entry-shadowed',
    severity: 'recommendation',
    remedy: 'Remove the entry, which changes nothing, or narrow what holds it if less was meant.',
    find: ({ allow }) => sparesAt(allow, 'shadowed', ['network', 'allow']),
  },
  {
    code: 'applies-to-without-effect',
    severity: 'recommendation',
    remedy: 'List addresses, or set appliesTo to tokens.',
    find: ({ settings: { network } }) =>
      when(
        network.appliesTo === 'all-credentials' && network.allow.length === 0,
        ['network', 'appliesTo'],
        'The addresses apply to all credentials, but none are listed.',
      ),
  },
  {
    code: 'passwords-from-anywhere',
    severity: 'recommendation',
    remedy: 'Set appliesTo to all-credentials, or refuse passwords.',
    find: ({ settings: { network, passwords } }) =>
      when(
        network.allow.length > 0 && network.appliesTo === 'tokens' && passwords.mode === 'accepted',
        ['network', 'appliesTo'],
        'The listed addresses bind tokens only, so passwords still work from every address.',
      ),
  },
] as const satisfies readonly Check[];
