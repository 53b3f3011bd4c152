import { createHash } from 'node:crypto';

/** The platform's SHA-256, as base64url: what worlds take as their digest. */
export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('base64url');
}
