/** What a path belongs to: the REST API, the remote API, or neither. Spec: TA-2 */
export type Surface = 'rest' | 'remote' | 'other';

/** The part of a host profile that says which paths are governed. Spec: HO-1 */
export interface TargetRules {
  /** '' or '/jira'; no trailing slash. */
  readonly contextPath: string;
  /** Prefixes of the REST API below the context path; a trailing slash makes no difference, '/' is everything. */
  readonly governed: readonly string[];
  /** Prefixes of the remote API, in the same form. */
  readonly remote: readonly string[];
}

const SLASH = 47;

/** The surface of a path by exact comparison; nothing is decoded, nothing is allocated. Spec: TA-2 */
export function surfaceOf(path: string, rules: TargetRules): Surface {
  const base = rules.contextPath;
  for (const prefix of rules.governed) if (isUnder(path, base, prefix)) return 'rest';
  for (const prefix of rules.remote) if (isUnder(path, base, prefix)) return 'remote';
  return 'other';
}

/** The surface of a path when letters compare without case; never weaker than the exact one. Spec: TA-2 */
export function surfaceIgnoringCase(path: string, rules: TargetRules): Surface {
  const base = rules.contextPath;
  for (const prefix of rules.governed) if (isUnderIgnoringCase(path, base, prefix)) return 'rest';
  for (const prefix of rules.remote) if (isUnderIgnoringCase(path, base, prefix)) return 'remote';
  return 'other';
}

function isUnder(path: string, base: string, prefix: string): boolean {
  const length = lengthWithoutSlash(prefix);
  const end = base.length + length;
  if (path.length > end && path.charCodeAt(end) !== SLASH) return false;
  if (!path.startsWith(base)) return false;
  // Code by code, because cutting the prefix's trailing slash off would allocate on every request.
  for (let i = 0; i < length; i++) {
    if (path.charCodeAt(base.length + i) !== prefix.charCodeAt(i)) return false;
  }
  return true;
}

function isUnderIgnoringCase(path: string, base: string, prefix: string): boolean {
  const length = lengthWithoutSlash(prefix);
  const end = base.length + length;
  for (let i = 0; i < end; i++) {
    const mine = path.charCodeAt(i);
    const wanted = i < base.length ? base.charCodeAt(i) : prefix.charCodeAt(i - base.length);
    // Outside ASCII a letter may fold to several, so lengths no longer agree: compare the folded texts.
    if (mine > 127 || wanted > 127) {
      const [foldedBase, foldedPrefix] = [foldCase(base), foldCase(prefix)];
      const enough = path.slice(0, foldedBase.length + foldedPrefix.length + 1);
      return isUnder(foldCase(enough), foldedBase, foldedPrefix);
    }
    if (foldAscii(mine) !== foldAscii(wanted)) return false;
  }
  return path.length === end || path.charCodeAt(end) === SLASH;
}

function lengthWithoutSlash(prefix: string): number {
  return prefix.endsWith('/') ? prefix.length - 1 : prefix.length;
}

function foldAscii(code: number): number {
  return code >= 65 && code <= 90 ? code + 32 : code;
}

/** Both directions, because some letters (the Kelvin sign, the long s) only meet theirs in one of them. */
function foldCase(text: string): string {
  return text.toUpperCase().toLowerCase();
}
