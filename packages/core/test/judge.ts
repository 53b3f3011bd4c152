import { base64url } from './base64.ts';

/** Hashes by Web Crypto, which every runtime brings and which shares nothing with what core hashes by. */
const { subtle } = crypto;

/** SHA-256 of a text, base64url without padding. */
export async function judgedSha256(text: string): Promise<string> {
  return base64url(new Uint8Array(await subtle.digest('SHA-256', new TextEncoder().encode(text))));
}

/** HMAC-SHA-256 of a text, base64url without padding; the key is not empty. */
export async function judgedHmac(key: Uint8Array, text: string): Promise<string> {
  const imported = await subtle.importKey(
    'raw',
    new Uint8Array(key),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  );
  return base64url(new Uint8Array(await subtle.sign('HMAC', imported, new TextEncoder().encode(text))));
}
