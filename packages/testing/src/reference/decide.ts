import type { Facts, Verdict } from '@latchkey/core';

/**
 * Answers the verdict for complete facts, written as nested questions instead of a table.
 *
 * It shares nothing with the table in core, so that either shows a slip in the other.
 * Spec: decision.md, DE-1…DE-3.
 *
 * @example
 * referenceDecide({ surface: 'other', path: 'clean', credential: 'none', fallback: 'closed', address: 'allowed',
 *   token: 'unknown', scope: 'covers', attempts: 'open' }).row; // 'other-surface'
 */
export function referenceDecide(facts: Facts): Verdict {
  if (facts.surface === 'other') {
    return defer('other-surface', 'surface-not-governed');
  }
  if (facts.path === 'suspicious') {
    return deny('path-guard', 'path-suspicious', 400);
  }
  if (facts.credential === 'none') {
    return defer('anonymous', 'credential-absent');
  }
  if (facts.credential === 'foreign') {
    return defer('foreign-scheme', 'credential-foreign');
  }
  if (facts.credential === 'malformed') {
    return deny('malformed', 'credential-malformed', 401);
  }
  if (facts.surface === 'remote') {
    return onRemote(facts);
  }
  return onRest(facts);
}

function onRemote(facts: Facts): Verdict {
  if (facts.fallback === 'open') {
    if (facts.attempts === 'locked') {
      return deny('remote-locked', 'attempts-exhausted', 429);
    }
    return defer('remote-open', 'token-not-usable-here');
  }
  return deny('remote-closed', 'password-refused', 401);
}

function onRest(facts: Facts): Verdict {
  if (facts.address === 'refused') {
    if (facts.fallback === 'closed') {
      return deny('address-refused-closed', 'address-refused', 401);
    }
    if (facts.attempts === 'locked') {
      return deny('address-refused-locked', 'attempts-exhausted', 429);
    }
    return defer('address-refused-open', 'address-refused');
  }
  if (facts.address === 'unresolved') {
    if (facts.fallback === 'closed') {
      return deny('address-unresolved-closed', 'address-unresolved', 401);
    }
    if (facts.attempts === 'locked') {
      return deny('address-unresolved-locked', 'attempts-exhausted', 429);
    }
    return defer('address-unresolved-open', 'address-unresolved');
  }
  if (facts.token === 'unavailable') {
    return deny('unavailable', 'service-unavailable', 503);
  }
  if (facts.token === 'use-not-granted') {
    return deny('use-not-granted', 'use-not-granted', 403);
  }
  if (facts.token === 'live') {
    if (facts.scope === 'exceeds') {
      return deny('scope-exceeded', 'scope-exceeded', 403);
    }
    return { row: 'accepted', reason: 'token-accepted', effect: 'allow' };
  }
  return withUnusableToken(facts.token, facts);
}

function withUnusableToken(
  token: 'unknown' | 'expired' | 'revoked' | 'subject-inactive',
  facts: Facts,
): Verdict {
  if (facts.fallback === 'open') {
    if (facts.attempts === 'locked') {
      return deny('unusable-locked', 'attempts-exhausted', 429);
    }
    if (token === 'unknown') return defer('unknown-open', 'token-unknown');
    if (token === 'expired') return defer('expired-open', 'token-expired');
    if (token === 'revoked') return defer('revoked-open', 'token-revoked');
    return defer('inactive-open', 'subject-inactive');
  }
  if (token === 'unknown') return deny('unknown-closed', 'token-unknown', 401);
  if (token === 'expired') return deny('expired-closed', 'token-expired', 401);
  if (token === 'revoked') return deny('revoked-closed', 'token-revoked', 401);
  return deny('inactive-closed', 'subject-inactive', 401);
}

function defer(row: string, reason: string): Verdict {
  return { row, reason, effect: 'defer' };
}

function deny(row: string, reason: string, status: 400 | 401 | 403 | 429 | 503): Verdict {
  return { row, reason, effect: 'deny', status };
}
