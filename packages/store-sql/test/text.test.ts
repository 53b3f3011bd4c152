import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StoreError } from '../src/error.ts';
import { containing, escapeName, fitting, readName } from '../src/text.ts';

/** Any string of UTF-16, halves of surrogate pairs and NUL among it. */
const anyString = fc.string({
  unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
});
const awkward = fc.string({ unit: fc.constantFrom('\\', 'u', '0', '\0', '\ud83d', '\ude00', 'a', 'd') });

describe('names in the database', () => {
  it('ST-2 come back as they were, whatever they hold', () => {
    fc.assert(
      fc.property(fc.oneof(anyString, awkward), (name) => {
        expect(readName(escapeName(name))).toBe(name);
      }),
    );
  });

  it('ST-2 hold nothing that an engine drops or replaces', () => {
    fc.assert(
      fc.property(fc.oneof(anyString, awkward), (name) => {
        const written = escapeName(name);
        expect(written).not.toContain('\0');
        expect(Buffer.from(written).toString()).toBe(written);
      }),
    );
  });

  it('ST-2 stay readable where nothing has to be escaped', () => {
    expect(escapeName("o'neil 用户 👩‍💻 %_")).toBe("o'neil 用户 👩‍💻 %_");
    expect(escapeName('CORP\\ada')).toBe('CORP\\\\ada');
  });

  it.each(['x'.repeat(1024), '語'.repeat(341), ''])('ST-2 fit up to 1024 bytes (%#)', (text) => {
    expect(fitting(text)).toBe(text);
  });

  it.each(['x'.repeat(1025), '語'.repeat(342), '👩'.repeat(257)])(
    'ST-5 are refused beyond it, and not repeated in the error (%#)',
    (text) => {
      expect(() => fitting(text)).toThrow(StoreError);
      expect(() => fitting(text)).not.toThrow(text.slice(0, 20));
    },
  );

  it('TK-5 a pattern takes no character of the label for a wildcard', () => {
    expect(containing('50%_of!')).toBe('%50!%!_of!!%');
  });
});
