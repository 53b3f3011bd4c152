import { type Decision, formatInstant } from '@latchkey/core';

/** Characters that stand for themselves in a header: those of RFC 9110 tokens, and a few that names often have. */
const plain = /[^A-Za-z0-9!#$&'*+.^_`|~@:/=-]+/gu;

/**
 * A name as a header value: UTF-8, percent-encoded but for plain characters, so that `decodeURIComponent` gives it
 * back and no gateway can read it in another way; null for text that is no Unicode. Spec: FA
 *
 * @example
 * headerText('Ada Lovelace'); // 'Ada%20Lovelace'
 */
export function headerText(name: string): string | null {
  try {
    return name.replaceAll(plain, encodeURIComponent);
  } catch {
    return null;
  }
}

/** What the host behind a gateway is told of an accepted request; null where the subject cannot be told. Spec: FA, SC-5 */
export function identityHeaders(
  decision: Extract<Decision, { effect: 'allow' }>,
): Readonly<Record<string, string>> | null {
  const { subject, tokenId, scope } = decision.principal;
  const name = headerText(subject);
  if (name === null) return null;
  const limit = decision.obligations.find((obligation) => obligation.do === 'limit-session');
  return {
    'X-Latchkey-Subject': name,
    'X-Latchkey-Token-Id': tokenId,
    'X-Latchkey-Scope': scope,
    ...(limit === undefined
      ? {}
      : {
          'X-Latchkey-Session-Scope': limit.scope,
          'X-Latchkey-Session-Not-After': limit.notAfter === null ? 'never' : formatInstant(limit.notAfter),
        }),
  };
}
