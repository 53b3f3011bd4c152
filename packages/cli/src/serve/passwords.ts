import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** The parts of a stored password: `scrypt:N:r:p:salt:hash`, salt and hash in base64url. */
export interface PasswordHash {
  readonly cost: number;
  readonly blockSize: number;
  readonly parallelization: number;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** 32 MiB and about a fifth of a second each. */
const usual = { cost: 2 ** 15, blockSize: 8, parallelization: 3 } as const;
const saltBytes = 16;
const hashBytes = 32;
/** The least cost that is worth calling a hash, and the most memory that one check may take. */
const leastCost = 2 ** 14;
const mostBytes = 128 * 2 ** 20;

/** What a stored password has to look like, for messages. */
export const passwordForm =
  'scrypt:N:r:p:salt:hash with N a power of two from 16384, salt and hash in base64url';

/** The most bytes of a password; more would not fit into a request's header either. */
export const longestPassword = 1024;

/** True for what can be a password: a line of 1 to 1024 bytes in UTF-8 without control characters. */
export const isPasswordText = (value: unknown): value is string =>
  typeof value === 'string' &&
  /^[^\p{Cc}\p{Cs}]+$/u.test(value) &&
  Buffer.byteLength(value) <= longestPassword;

const base64url = /^[A-Za-z0-9_-]+$/;
const wholeNumber = /^[1-9]\d{0,8}$/;

/** The stored password in a text, or null where it is none, or one too weak or too costly to check. */
export function parsePasswordHash(text: string): PasswordHash | null {
  const parts = text.split(':');
  const [scheme, N = '', r = '', p = '', salt = '', hash = ''] = parts;
  if (parts.length !== 6 || scheme !== 'scrypt' || ![N, r, p].every((part) => wholeNumber.test(part)))
    return null;
  if (!base64url.test(salt) || !base64url.test(hash)) return null;
  const [cost, blockSize, parallelization] = [Number(N), Number(r), Number(p)];
  if (cost < leastCost || !Number.isInteger(Math.log2(cost)) || blockSize < 8 || parallelization > 16)
    return null;
  if (128 * cost * blockSize > mostBytes) return null;
  const bytes = { salt: Buffer.from(salt, 'base64url'), hash: Buffer.from(hash, 'base64url') };
  if (bytes.salt.length < saltBytes || bytes.hash.length < hashBytes || bytes.hash.length > 64) return null;
  return { cost, blockSize, parallelization, ...bytes };
}

/** The text in which a password is stored; made with a fresh salt. */
export async function hashPassword(password: string): Promise<string> {
  const { cost, blockSize, parallelization } = usual;
  const stored = { ...usual, salt: randomBytes(saltBytes), hash: Buffer.alloc(hashBytes) };
  const hash = await derive(password, stored);
  const texts = [stored.salt, hash].map((bytes) => bytes.toString('base64url'));
  return ['scrypt', cost, blockSize, parallelization, ...texts].join(':');
}

/** A stored password that nothing matches: the same work for a name that does not exist. */
export const noPassword: PasswordHash = {
  ...usual,
  salt: randomBytes(saltBytes),
  hash: randomBytes(hashBytes),
};

/** Whether a password is the stored one; bytes are compared in constant time. */
export async function isPassword(password: string, stored: PasswordHash): Promise<boolean> {
  return timingSafeEqual(await derive(password, stored), stored.hash);
}

function derive(password: string, stored: PasswordHash): Promise<Buffer> {
  const { cost, blockSize, parallelization, salt, hash } = stored;
  const options = { cost, blockSize, parallelization, maxmem: 2 * mostBytes };
  return new Promise((resolve, reject) =>
    scrypt(password, salt, hash.length, options, (error, key) =>
      error === null ? resolve(key) : reject(error),
    ),
  );
}
