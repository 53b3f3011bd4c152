import { type Issue, ok, type Result, refused } from '../result.ts';
import type { Validity } from '../token/validity.ts';

/** What each key of the earlier, flat documents holds. Frozen: these documents are written no more. Spec: MI-1 */
export const earlierKeys = Object.freeze({
  onlyAdministratorsMayUse: 'switch',
  onlyAdministratorsMayCreate: 'switch',
  allowEveryoneToUseTokens: 'switch',
  useTokensGroups: 'list',
  allowEveryoneToCreateTokens: 'switch',
  createTokensGroups: 'list',
  createTokensOnBehalfGroups: 'list',
  limitCreatedTokensToReadOnly: 'switch',
  tokenValidityTime: 'validity',
  ipAddressRestrictions: 'list',
  enableReverseProxySupport: 'switch',
  trustedReverseProxies: 'list',
  clientIpHeader: 'text',
  disableBasicAuthWithPasswords: 'switch',
  preventPathTraversal: 'switch',
  allowPasswordsOnRemoteApi: 'switch',
  disablePersonalAccessTokens: 'switch',
} as const);

/** A key of some earlier document. */
export type EarlierKey = keyof typeof earlierKeys;

/** One shape that settings once had, from a version on until the next shape. */
export interface EarlierShape {
  readonly since: string;
  /** For sentences. */
  readonly called: string;
  readonly keys: readonly EarlierKey[];
  /** Those of the keys that no shape before had; they tell it apart. */
  readonly brought: readonly EarlierKey[];
}

const always = [
  'tokenValidityTime',
  'ipAddressRestrictions',
  'disableBasicAuthWithPasswords',
  'disablePersonalAccessTokens',
] as const satisfies readonly EarlierKey[];
const administratorsOnly = ['onlyAdministratorsMayUse', 'onlyAdministratorsMayCreate'] as const;
const permissions = [
  'allowEveryoneToUseTokens',
  'useTokensGroups',
  'allowEveryoneToCreateTokens',
  'createTokensGroups',
  'createTokensOnBehalfGroups',
] as const;
const proxy = ['enableReverseProxySupport', 'trustedReverseProxies', 'clientIpHeader'] as const;
const scopes = ['limitCreatedTokensToReadOnly', 'preventPathTraversal'] as const;
const remoteException = ['allowPasswordsOnRemoteApi'] as const;

const shape = (
  since: string,
  called: string,
  brought: readonly EarlierKey[],
  kept: readonly EarlierKey[],
): EarlierShape =>
  Object.freeze({
    since,
    called,
    keys: Object.freeze([...brought, ...kept]),
    brought: Object.freeze(brought),
  });

/** Every earlier shape, the oldest first. Spec: MI-1 */
export const earlierShapes: readonly EarlierShape[] = Object.freeze([
  shape('0', 'before 1.3.0', administratorsOnly, always),
  shape('1.3.0', '1.3', permissions, always),
  shape('1.4.0', '1.4', proxy, [...permissions, ...always]),
  shape('1.5.0', '1.5', scopes, [...permissions, ...proxy, ...always]),
  shape('1.6.2', '1.6.2', remoteException, [...permissions, ...proxy, ...scopes, ...always]),
]);

/** What an absent key meant, where that decides anything by itself. */
export const meaningOfAbsent: Readonly<Partial<Record<EarlierKey, string>>> = Object.freeze({
  onlyAdministratorsMayUse: 'everyone may use tokens',
  onlyAdministratorsMayCreate: 'everyone may create tokens',
  allowEveryoneToUseTokens: 'everyone may use tokens',
  allowEveryoneToCreateTokens: 'everyone may create tokens',
  createTokensOnBehalfGroups: 'administrators may create tokens for others',
  limitCreatedTokensToReadOnly: 'users choose the scope of their tokens',
  tokenValidityTime: 'tokens may never expire',
  ipAddressRestrictions: 'every address is allowed',
  enableReverseProxySupport: 'no proxy is trusted',
  disableBasicAuthWithPasswords: 'passwords are accepted',
  disablePersonalAccessTokens: "the host's own tokens are accepted",
});

const validityTimes: ReadonlyMap<string, Validity> = new Map<string, Validity>([
  ['never', 'never'],
  ['1 month', 'P1M'],
  ['2 months', 'P2M'],
  ['3 months', 'P3M'],
  ['4 months', 'P4M'],
  ['5 months', 'P5M'],
  ['6 months', 'P6M'],
  ['1 year', 'P1Y'],
  ['2 years', 'P2Y'],
]);

/** The validity that a name such as `6 months` or `Never` stood for, or why it is none. */
export function parseValidityTime(name: unknown): Result<Validity, Omit<Issue, 'path'>> {
  const validity = typeof name === 'string' ? validityTimes.get(name.toLowerCase()) : undefined;
  if (validity !== undefined) return ok(validity);
  const names = [...validityTimes.keys()].join(', ');
  return refused({ code: 'not-an-option', message: `Expected one of ${names}.` });
}

/** Versions as text that sorts in their order. */
const sortable = (version: string): string =>
  [0, 1, 2, 3].map((part) => (version.split('.')[part] ?? '').padStart(6, '0')).join('.');

/**
 * The shape that settings of an application version have; null where the text is no version.
 *
 * @example shapeOfVersion('1.6.1')?.called; // '1.5'
 */
export function shapeOfVersion(version: unknown): EarlierShape | null {
  if (typeof version !== 'string' || !/^\d{1,6}(?:\.\d{1,6}){0,3}$/.test(version)) return null;
  return youngest((shape) => sortable(shape.since) <= sortable(version));
}

/**
 * The shape that a document without a version shows by its keys: the oldest that has them all, or else the one
 * of its newest key. Null where no key tells shapes apart: such a document could be the rest of any.
 */
export function shapeOfKeys(keys: readonly string[]): EarlierShape | null {
  return youngest(({ brought }) => brought.some((key) => keys.includes(key)));
}

const youngest = (fits: (shape: EarlierShape) => boolean): EarlierShape | null =>
  earlierShapes.reduce<EarlierShape | null>((last, shape) => (fits(shape) ? shape : last), null);
