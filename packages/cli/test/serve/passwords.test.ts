import { scryptSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hashPassword, isPassword, type PasswordHash, parsePasswordHash } from '../../src/serve/passwords.ts';

const parsed = (text: string): PasswordHash => {
  const hash = parsePasswordHash(text);
  if (hash === null) throw new Error('This is no password hash.');
  return hash;
};
const salt = Buffer.alloc(16, 7).toString('base64url');
const hash = Buffer.alloc(32, 9).toString('base64url');

describe('stored passwords', () => {
  test('CO-1 a hash accepts its own password, byte for byte, and no other', async () => {
    const stored = parsed(await hashPassword('pass:wörd '));
    expect(await isPassword('pass:wörd ', stored)).toBe(true);
    for (const other of ['pass:wörd', 'pass:wo\u0308rd ', 'PASS:WÖRD ', ''])
      expect(await isPassword(other, stored)).toBe(false);
  });

  test('CO-1 the same password gives another text each time', async () => {
    const [one, other] = await Promise.all([hashPassword('sesame'), hashPassword('sesame')]);
    expect(one).not.toBe(other);
  });

  test('CO-1 a hash made elsewhere with other parameters is accepted', async () => {
    const made = scryptSync('sesame', Buffer.from(salt, 'base64url'), 48, {
      cost: 16384,
      blockSize: 8,
      parallelization: 1,
    });
    const stored = parsed(`scrypt:16384:8:1:${salt}:${made.toString('base64url')}`);
    expect(await isPassword('sesame', stored)).toBe(true);
    expect(await isPassword('sesam', stored)).toBe(false);
  });

  test.each([
    ['a plain password', 'sesame'],
    ['another scheme', `bcrypt:16384:8:1:${salt}:${hash}`],
    ['a part too few', `scrypt:16384:8:1:${salt}`],
    ['a part too many', `scrypt:16384:8:1:${salt}:${hash}:`],
    ['a cost that is no power of two', `scrypt:16385:8:1:${salt}:${hash}`],
    ['too low a cost', `scrypt:8192:8:1:${salt}:${hash}`],
    ['too low a block size', `scrypt:16384:7:1:${salt}:${hash}`],
    ['more memory than one check may take', `scrypt:262144:8:1:${salt}:${hash}`],
    ['more rounds than one check may take', `scrypt:16384:8:17:${salt}:${hash}`],
    ['a sign', `scrypt:+16384:8:1:${salt}:${hash}`],
    ['a short salt', `scrypt:16384:8:1:${salt.slice(0, 20)}:${hash}`],
    ['a short hash', `scrypt:16384:8:1:${salt}:${hash.slice(0, 20)}`],
    ['an empty hash', `scrypt:16384:8:1:${salt}:`],
    ['ordinary base64', `scrypt:16384:8:1:${salt}:${'+/'.repeat(22)}`],
  ])('CO-1 %s is not taken for a stored password', (_, text) => {
    expect(parsePasswordHash(text)).toBeNull();
  });

  test('CO-1 no text makes the parser throw', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(fc.string()).map((parts) => ['scrypt', ...parts].join(':')),
        ),
        (text) => {
          parsePasswordHash(text);
        },
      ),
    );
  });
});
