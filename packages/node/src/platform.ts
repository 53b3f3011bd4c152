import { hash, randomBytes } from 'node:crypto';

/** The three things an engine takes from its platform. */
export interface NodePlatform {
  readonly clock: () => number;
  readonly random: (bytes: number) => Uint8Array;
  readonly sha256: (text: string) => string;
}

/**
 * Node's clock (epoch ms), secure random bytes and one-shot SHA-256 (base64url), named as `createLatchkey`
 * takes them. Spec: TK-2
 *
 * @example
 * const engine = createLatchkey({ ...nodePlatform, host, settings, tokens, directory });
 */
export const nodePlatform: NodePlatform = Object.freeze({
  clock: () => Date.now(),
  random: (bytes: number): Uint8Array => randomBytes(bytes),
  sha256: (text: string): string => hash('sha256', text, 'base64url'),
});
