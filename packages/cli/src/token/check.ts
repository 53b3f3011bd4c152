import { isTokenText, tokenId } from '@latchkey/core';

/** Which parts of the format of tokens a text keeps; the id only when all do, for it might be part of a password. */
export interface TokenCheck {
  readonly valid: boolean;
  readonly prefix: boolean;
  readonly lengths: boolean;
  readonly alphabet: boolean;
  readonly checksum: boolean;
  readonly id: string | null;
}

const idLength = 16;
const tailLength = 49;

/** Checks a text against the format of tokens, part by part; never shows the text. Spec: TK-1, CL */
export function checkToken(text: string, prefix: string): TokenCheck {
  const hasPrefix = text.startsWith(`${prefix}_`);
  const rest = hasPrefix ? text.slice(prefix.length + 1) : text;
  const parts = rest.split('_');
  const [id = '', tail = ''] = hasPrefix ? parts : parts.slice(1);
  const count = hasPrefix ? 2 : 3;
  const valid = isTokenText(text, prefix);
  return {
    valid,
    prefix: hasPrefix,
    lengths: parts.length === count && id.length === idLength && tail.length === tailLength,
    alphabet: /^[0-9A-Za-z]+$/.test(id) && /^[0-9A-Za-z]+$/.test(tail),
    checksum: valid,
    id: valid ? tokenId(text) : null,
  };
}
