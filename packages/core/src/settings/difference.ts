import type { SettingsChange } from '../audit.ts';

const text = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));

const isBranch = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Every place where two settings documents differ, as JSON text before and after; lists are compared whole.
 * Spec: TK-7
 *
 * @example
 * settingsDifference({ hostTokens: 'accepted' }, { hostTokens: 'refused' });
 * // [{ path: ['hostTokens'], before: '"accepted"', after: '"refused"' }]
 */
export function settingsDifference(
  before: unknown,
  after: unknown,
  path: readonly (string | number)[] = [],
): readonly SettingsChange[] {
  if (isBranch(before) && isBranch(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => settingsDifference(own(before, key), own(after, key), [...path, key]));
  }
  const was = text(before);
  const is = text(after);
  return was === is ? [] : [{ path, before: was, after: is }];
}

const own = (branch: Readonly<Record<string, unknown>>, key: string): unknown =>
  Object.hasOwn(branch, key) ? branch[key] : undefined;
