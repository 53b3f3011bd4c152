import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCredential, parseLines, parsePlainBearer } from '../../src/parse/authorization.ts';

const token = fc
  .string({
    unit: fc.constantFrom(...'ABYZabyz0189-._~+/'),
    minLength: 1,
    maxLength: 90,
  })
  .map((data) => `Bearer ${data}`);

/** Near misses: one character put in anywhere, other scheme letters, blanks, padding, several lines. */
const spoilt = fc
  .tuple(
    token,
    fc.nat(99),
    fc.constantFrom('=', ' ', '\t', ',', '\u007f', '\u00e9', '\u2028', 'b', '"', '\0'),
  )
  .map(([line, place, character]) => {
    const at = place % (line.length + 1);
    return line.slice(0, at) + character + line.slice(at);
  });
const lines = fc.array(
  fc.oneof(token, spoilt, fc.constantFrom('', 'Bearer', 'Bearer ', 'bearer x', 'Basic YTpi')),
  {
    minLength: 1,
    maxLength: 2,
  },
);

describe('CR-3 the fast path for a plain bearer line', () => {
  it('CR-3 is taken for what clients send and agrees with the full path', () => {
    fc.assert(
      fc.property(token, (line) => {
        const fast = parsePlainBearer([line]);
        expect(fast).not.toBeNull();
        expect(fast).toEqual(parseLines([line]));
      }),
      { numRuns: 1000 },
    );
  });

  it('CR-3 agrees with the full path wherever it answers at all', () => {
    fc.assert(
      fc.property(lines, (all) => {
        const fast = parsePlainBearer(all);
        const full = parseLines(all);
        if (fast !== null) expect(fast).toEqual(full);
        expect(parseCredential(all)).toEqual(full);
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['padding', ['Bearer abc=']],
    ['blanks behind', ['Bearer abc ']],
    ['two spaces', ['Bearer  abc']],
    ['another letter case', ['bearer abc']],
    ['another scheme', ['Basic YTpi']],
    ['no data', ['Bearer ']],
    ['two lines', ['Bearer a', 'Bearer a']],
    ['more than 8,192 characters', [`Bearer ${'a'.repeat(8186)}`]],
  ])('CR-3 leaves to the full path: %s', (_, all) => {
    expect(parsePlainBearer(all)).toBeNull();
  });

  it('CR-1 takes a line of 8,192 characters', () => {
    expect(parsePlainBearer([`Bearer ${'a'.repeat(8185)}`])).toMatchObject({ kind: 'presented' });
  });
});
