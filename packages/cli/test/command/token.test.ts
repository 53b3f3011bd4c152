import { digestToken, isTokenText } from '@latchkey/core';
import { describe, expect, it } from 'vitest';
import { fileWith, latchkey, sampleTokens } from '../program.ts';

const { ada } = sampleTokens;
const secret = ada.slice(20);
const advice = 'A token is not taken as an argument';

describe('CL latchkey token', () => {
  it('CL, TK-1 new makes a token with its id and digest, another each time', async () => {
    const [first, second] = await Promise.all([1, 2].map(() => latchkey(['token', 'new', '--json'])));
    const made = JSON.parse(first?.out ?? '');
    expect(Object.keys(made)).toEqual(['token', 'id', 'digest']);
    expect(isTokenText(made.token)).toBe(true);
    expect(made.token).toHaveLength(69);
    expect(made.id).toBe(made.token.slice(3, 19));
    expect(made.digest).toBe(digestToken(made.token));
    expect(JSON.parse(second?.out ?? '').token).not.toBe(made.token);
  });

  it('CL new makes what a scenario needs, under another prefix', async () => {
    const { out } = await latchkey(['token', 'new', '--prefix', 'acme', '--subject', 'ada', '--json']);
    const made = JSON.parse(out);
    expect(isTokenText(made.token, 'acme')).toBe(true);
    expect(made).toMatchObject({ subject: 'ada', scope: 'read-write' });
    expect((await latchkey(['token', 'new', '--prefix', 'Acme'])).status).toBe(2);
  });

  it.each([
    [ada, { valid: true, prefix: true, lengths: true, alphabet: true, checksum: true, id: ada.slice(3, 19) }],
    [`${ada}\n`, { valid: true }],
    [`${ada}\r\n`, { valid: true }],
    [`${ada} `, { valid: false, prefix: true, lengths: false, alphabet: false, checksum: false }],
    [`${ada}\n\n`, { valid: false, lengths: false }],
    [`${ada.slice(0, -1)}0`, { valid: false, prefix: true, lengths: true, alphabet: true, checksum: false }],
    [
      ada.replace('lk_', 'xy_'),
      { valid: false, prefix: false, lengths: true, alphabet: true, checksum: false },
    ],
    [`${ada.slice(0, -1)}-`, { valid: false, prefix: true, lengths: true, alphabet: false, checksum: false }],
    [ada.slice(0, -1), { valid: false, prefix: true, lengths: false, alphabet: true, checksum: false }],
    [
      'correct horse battery staple',
      { valid: false, prefix: false, lengths: false, alphabet: false, checksum: false },
    ],
  ])('CL, TK-1 check says which parts of the format hold', async (input, expected) => {
    const { status, out, err } = await latchkey(['token', 'check', '--json'], input);
    const check = JSON.parse(out);
    expect([status, err]).toEqual([expected.valid ? 0 : 1, '']);
    expect(check).toMatchObject(expected);
    expect('id' in check).toBe(expected.valid);
    expect(out).not.toContain(secret.slice(0, 20));
  });

  it('CL check reads a file, and another prefix', async () => {
    expect((await latchkey(['token', 'check', '--file', fileWith(ada, 'token')])).out).toMatch(
      /^valid {5}true\n/,
    );
    expect((await latchkey(['token', 'check', '--prefix', 'acme'], ada)).status).toBe(1);
  });

  it('CL, TK-2 digest prints what is stored, also with a pepper', async () => {
    expect(await latchkey(['token', 'digest'], `${ada}\n`)).toEqual({
      status: 0,
      out: `${digestToken(ada)}\n`,
      err: '',
    });
    const pepper = Uint8Array.from({ length: 32 }, (_, index) => 255 - index);
    const { out } = await latchkey(
      ['token', 'digest', '--json', '--pepper-file', fileWith(pepper, 'pepper')],
      ada,
    );
    expect(JSON.parse(out)).toEqual({ digest: digestToken(ada, pepper) });
    const short = await latchkey(
      ['token', 'digest', '--pepper-file', fileWith(pepper.slice(1), 'pepper')],
      ada,
    );
    expect([short.status, short.out]).toEqual([2, '']);
  });

  it('CL, TK-3 digest hashes nothing but tokens', async () => {
    const { status, out, err } = await latchkey(['token', 'digest'], 'correct horse battery staple');
    expect([status, out]).toEqual([2, '']);
    expect(err).not.toContain('horse');
  });

  it.each(['new', 'check', 'digest'])('CL a token is never accepted as an argument: %s', async (command) => {
    const { status, out, err } = await latchkey(['token', command, ada], ada);
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain(advice);
    expect(err).not.toContain(secret);
  });

  it.each(['check', 'digest'])('CL %s ends with 2 where nothing is given', async (command) => {
    const { status, err } = await latchkey(['token', command], '\n');
    expect([status, err]).toEqual([
      2,
      'There is no token: nothing was given on standard input or in the file.\n',
    ]);
  });
});
