/** Base64 of a text's UTF-8, or of bytes, by means that every runtime has. */
export function base64(value: string | Uint8Array): string {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

/** The same in the URL alphabet, without padding. */
export const base64url = (value: string | Uint8Array): string =>
  base64(value).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
