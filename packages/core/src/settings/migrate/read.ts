import type { Issue } from '../../result.ts';
import type { Validity } from '../../token/validity.ts';
import {
  type EarlierKey,
  type EarlierShape,
  earlierKeys,
  parseValidityTime,
  shapeOfKeys,
  shapeOfVersion,
} from '../earlier.ts';

/** An earlier document as read: switches and validity are sound, lists and texts still as they stood. */
export interface EarlierDocument {
  readonly shape: EarlierShape;
  /** Whether the document names the version that wrote it. */
  readonly versionNamed: boolean;
  /** The keys that are there, ill-typed ones included. */
  readonly present: ReadonlySet<EarlierKey>;
  readonly switches: ReadonlyMap<EarlierKey, boolean>;
  readonly validity: Validity;
  /** What lists and texts hold; the settings schema judges them. */
  readonly raw: ReadonlyMap<EarlierKey, unknown>;
}

const issue = (code: string, path: readonly (string | number)[], message: string, hint?: string): Issue => ({
  code,
  path,
  message,
  ...(hint === undefined ? {} : { hint }),
});

/** The shape of a document, with the issue that its version may have. */
function findShape(document: object): {
  readonly shape: EarlierShape | null;
  readonly issues: readonly Issue[];
} {
  const byKeys = shapeOfKeys(Object.keys(document));
  if (Object.hasOwn(document, 'appVersion')) {
    const shape = shapeOfVersion((document as { appVersion: unknown }).appVersion);
    if (shape !== null) return { shape, issues: [] };
    const flaw = issue(
      'app-version-malformed',
      ['appVersion'],
      'Expected a version in dotted numbers.',
      '1.2.0',
    );
    return { shape: byKeys, issues: [flaw] };
  }
  if (byKeys !== null) return { shape: byKeys, issues: [] };
  const message =
    'Nothing here tells which version wrote the document, and what is missing could have restricted it.';
  return { shape: null, issues: [issue('shape-unknown', [], message, 'Add "appVersion", such as "1.2.0".')] };
}

function unknownKey(key: string, shape: EarlierShape | null): Issue | null {
  if (!Object.hasOwn(earlierKeys, key)) return issue('unknown-key', [key], 'There is no such setting.');
  if (shape === null || shape.keys.includes(key as EarlierKey)) return null;
  return issue('unknown-key', [key], `There was no such setting in the shape of ${shape.called}.`);
}

/**
 * Reads an earlier document strictly: every key has to belong to its shape, and what belongs together has to be
 * there together. Reports every problem with its path; lists and texts are judged elsewhere. Spec: MI-1
 */
export function readEarlier(input: object): {
  readonly document: EarlierDocument | null;
  readonly issues: readonly Issue[];
} {
  const { shape, issues: shapeIssues } = findShape(input);
  const issues = [...shapeIssues];
  const present = new Set<EarlierKey>();
  const switches = new Map<EarlierKey, boolean>();
  const raw = new Map<EarlierKey, unknown>();
  let validity: Validity = 'never';
  for (const [name, value] of Object.entries(input)) {
    if (name === 'appVersion') continue;
    const unknown = unknownKey(name, shape);
    if (unknown !== null) {
      issues.push(unknown);
      continue;
    }
    const key = name as EarlierKey;
    present.add(key);
    switch (earlierKeys[key]) {
      case 'switch':
        if (typeof value === 'boolean') switches.set(key, value);
        else issues.push(issue('wrong-type', [key], 'Expected true or false.'));
        break;
      case 'validity': {
        const parsed = parseValidityTime(value);
        if (parsed.ok) validity = parsed.value;
        else issues.push({ ...parsed.problem, path: [key] });
        break;
      }
      case 'list':
      case 'text':
        raw.set(key, value);
    }
  }
  if (shape === null) return { document: null, issues };
  const versionNamed = Object.hasOwn(input, 'appVersion');
  const document = { shape, versionNamed, present, switches, validity, raw };
  return { document, issues: [...issues, ...missingIn(document)] };
}

/** Whether a list names nothing, because it is empty or not there. */
export const isEmptyList = ({ raw }: EarlierDocument, key: EarlierKey): boolean => {
  const list = raw.get(key);
  return list === undefined || (Array.isArray(list) && list.length === 0);
};

/** What the document leaves open although something hangs on it. */
function missingIn(document: EarlierDocument): readonly Issue[] {
  const { present, switches } = document;
  const nobody = (key: EarlierKey): Issue =>
    issue(
      'nobody-granted',
      [key],
      'Nobody had this permission, which a list of groups cannot say any more.',
      'Name a group; one without members stands for nobody.',
    );
  const undecided = (key: EarlierKey, dependent: EarlierKey): Issue =>
    issue('required', [key], `Without it, it is open whether ${dependent} had any effect.`, 'true or false');
  const issues: Issue[] = [];
  for (const [everyone, groups] of [
    ['allowEveryoneToUseTokens', 'useTokensGroups'],
    ['allowEveryoneToCreateTokens', 'createTokensGroups'],
  ] as const) {
    if (!present.has(everyone) && present.has(groups)) issues.push(undecided(everyone, groups));
    if (switches.get(everyone) === false && isEmptyList(document, groups)) issues.push(nobody(groups));
  }
  const onBehalf = 'createTokensOnBehalfGroups';
  if (present.has(onBehalf) && isEmptyList(document, onBehalf)) issues.push(nobody(onBehalf));
  const support = 'enableReverseProxySupport';
  for (const part of ['trustedReverseProxies', 'clientIpHeader'] as const)
    if (!present.has(support) && present.has(part)) issues.push(undecided(support, part));
  if (switches.get(support) === true && isEmptyList(document, 'trustedReverseProxies'))
    issues.push(
      issue(
        'trusted-proxies-missing',
        ['trustedReverseProxies'],
        'Reverse proxy support needs at least one trusted proxy.',
        'Name the addresses of your proxies, or set enableReverseProxySupport to false.',
      ),
    );
  return issues;
}
