import { wordsFrom } from '../fixed.ts';
import { checksum } from '../reference/token.ts';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const composed = new Map<string, string>();

/** A token text that numbers fix: one for the id, one for the secret. Spec: TK-1. For tests only, anybody can compute it. */
export function tokenText(id: number, secret: number, prefix: string): string {
  const key = `${prefix} ${id} ${secret}`;
  const known = composed.get(key);
  if (known !== undefined) return known;
  const body = `${prefix}_${characters(id, 16)}_${characters(secret ^ 0x5ec4e7, 43)}`;
  const text = body + checksum(body);
  composed.set(key, text);
  return text;
}

/** The record id and the hashed secret inside a token text. */
export function tokenParts(text: string): { readonly id: string; readonly secret: string } {
  const [, id = '', tail = ''] = text.split('_');
  return { id, secret: tail.slice(0, 43) };
}

function characters(seed: number, count: number): string {
  const next = wordsFrom(seed);
  return Array.from({ length: count }, () => ALPHABET.charAt(next() % ALPHABET.length)).join('');
}
