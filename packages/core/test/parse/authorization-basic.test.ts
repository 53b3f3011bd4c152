import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCredential } from '../../src/parse/authorization.ts';
import { base64 } from '../base64.ts';

const basicOf = (text: string | Uint8Array): string => `Basic ${base64(text)}`;
const malformed = (why: string) => ({ kind: 'malformed', why });
const presented = (username: string, secret: string) => ({
  kind: 'presented',
  via: 'basic',
  username,
  secret,
});

describe('Basic', () => {
  it.each([
    ['a user name and a secret', 'alice:secret', 'alice', 'secret'],
    ['a secret with colons', 'alice:a:b:', 'alice', 'a:b:'],
    ['no user name', ':secret', '', 'secret'],
    ['no secret', 'alice:', 'alice', ''],
    ['nothing but the colon', ':', '', ''],
    ['blanks, which are kept', ' alice : secret ', ' alice ', ' secret '],
    ['letters beyond ASCII', 'zoë:pässwörd€', 'zoë', 'pässwörd€'],
    ['a pair of surrogates', 'a:🔑', 'a', '🔑'],
    ['a decomposed letter, not composed', 'a:e\u0301', 'a', 'e\u0301'],
    ['a byte order mark, kept', '\ufeffa:b', '\ufeffa', 'b'],
    ['C1 characters, which RFC 7617 allows', 'a:\u0085', 'a', '\u0085'],
    [
      'the bounds of every length',
      'a:\u0080\u07ff\u0800\ud7ff\ue000\uffff\u{10000}\u{10ffff}',
      'a',
      '\u0080\u07ff\u0800\ud7ff\ue000\uffff\u{10000}\u{10ffff}',
    ],
  ])('CR-2 %s', (_, text, username, secret) => {
    expect(parseCredential([basicOf(text)])).toEqual(presented(username, secret));
  });

  it.each([
    ['no padding', 'Basic YTpiYw', 'basic-not-base64'],
    ['one sign of padding of two', 'Basic YTpiYw=', 'basic-not-base64'],
    ['too much padding', 'Basic YTpi====', 'basic-not-base64'],
    ['padding in the middle', 'Basic YTo=YTpi', 'basic-not-base64'],
    ['padding alone', 'Basic ====', 'basic-not-base64'],
    ['padding after one digit', 'Basic Y===', 'basic-not-base64'],
    ['unused bits before two signs', 'Basic YTpiYx==', 'basic-not-base64'],
    ['unused bits before one sign', 'Basic YTp=', 'basic-not-base64'],
    ['the URL alphabet', 'Basic YTpi-_==', 'basic-not-base64'],
    ['a blank inside', 'Basic YTp i', 'basic-not-base64'],
    ['a letter beyond ASCII', 'Basic YTp\u00ff', 'basic-not-base64'],
    ['a sign outside the alphabet in the last group', 'Basic YTpi!w==', 'basic-not-base64'],
    ['no colon', basicOf('alice'), 'basic-without-colon'],
    ['a control character', basicOf('alice:\n'), 'basic-control-character'],
    ['NUL', basicOf('a\0:b'), 'basic-control-character'],
    ['the last control character', basicOf('a:\x1f'), 'basic-control-character'],
    ['DEL', basicOf('a:\x7f'), 'basic-control-character'],
    ['a lone continuation', basicOf(Uint8Array.of(0x61, 0x3a, 0x80)), 'basic-not-utf-8'],
    ['the last lone continuation', basicOf(Uint8Array.of(0x61, 0x3a, 0xbf, 0xbf)), 'basic-not-utf-8'],
    ['Latin-1', basicOf(Uint8Array.of(0x61, 0x3a, 0xe9)), 'basic-not-utf-8'],
    ['a sequence cut short', basicOf(Uint8Array.of(0x61, 0x3a, 0xe2, 0x82)), 'basic-not-utf-8'],
    ['a sequence broken off', basicOf(Uint8Array.of(0x3a, 0xe2, 0x82, 0x41)), 'basic-not-utf-8'],
    ['a lead for a continuation', basicOf(Uint8Array.of(0x3a, 0xc3, 0xc3)), 'basic-not-utf-8'],
    ['an overlong colon', basicOf(Uint8Array.of(0x61, 0xc0, 0xba, 0x3a)), 'basic-not-utf-8'],
    ['the longest overlong of two', basicOf(Uint8Array.of(0x3a, 0xc1, 0xbf)), 'basic-not-utf-8'],
    ['the longest overlong of three', basicOf(Uint8Array.of(0x3a, 0xe0, 0x9f, 0xbf)), 'basic-not-utf-8'],
    ['the longest overlong of four', basicOf(Uint8Array.of(0x3a, 0xf0, 0x8f, 0xbf, 0xbf)), 'basic-not-utf-8'],
    ['the first surrogate', basicOf(Uint8Array.of(0x3a, 0xed, 0xa0, 0x80)), 'basic-not-utf-8'],
    ['the last surrogate', basicOf(Uint8Array.of(0x3a, 0xed, 0xbf, 0xbf)), 'basic-not-utf-8'],
    ['the first beyond Unicode', basicOf(Uint8Array.of(0x3a, 0xf4, 0x90, 0x80, 0x80)), 'basic-not-utf-8'],
    ['a lead of five', basicOf(Uint8Array.of(0x3a, 0xf8, 0x88, 0x80, 0x80, 0x80)), 'basic-not-utf-8'],
    ['FF', basicOf(Uint8Array.of(0x3a, 0xff, 0x80, 0x80, 0x80)), 'basic-not-utf-8'],
  ])('CR-2 %s is malformed', (_, line, why) => {
    expect(parseCredential([line])).toEqual(malformed(why));
  });

  const isPlain = (text: string): boolean =>
    ![...text].some((character) => character < ' ' || character === '\x7f');
  const decoded = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.string({ unit: 'grapheme' }).map((text) => new TextEncoder().encode(text)),
  );

  it('CR-2 bytes are read just as a strict UTF-8 decoder reads them', () => {
    const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const mixed = fc
      .array(decoded, { maxLength: 3 })
      .map((parts) => Uint8Array.from([...parts.flatMap((part) => [...part]), 0x3a]));
    fc.assert(
      fc.property(mixed, (bytes) => {
        let text: string | null = null;
        try {
          text = strict.decode(bytes);
        } catch {}
        const credential = parseCredential([basicOf(bytes)]);
        if (text === null || !isPlain(text)) expect(credential.kind).toBe('malformed');
        else {
          const colon = text.indexOf(':');
          expect(credential).toEqual(presented(text.slice(0, colon), text.slice(colon + 1)));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('CR-2 every pair and triple of leading bytes is judged as a strict decoder judges it', () => {
    const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const edges = [0x41, 0x7e, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff];
    const isStrict = (bytes: Uint8Array): boolean => {
      try {
        strict.decode(bytes);
        return true;
      } catch {
        return false;
      }
    };
    for (let lead = 0x80; lead <= 0xff; lead++)
      for (const second of edges)
        for (const tail of [[], [0x80], [0x41], [0x80, 0x80], [0xbf, 0xbf], [0x80, 0x41]]) {
          const bytes = Uint8Array.of(0x3a, lead, second, ...tail);
          expect([bytes, parseCredential([basicOf(bytes)]).kind === 'presented']).toEqual([
            bytes,
            isStrict(bytes),
          ]);
        }
  });

  /** What a lenient decoder reads, encoded again; null where even that reads nothing. */
  function encodedAnew(data: string): string | null {
    try {
      return btoa(atob(data));
    } catch {
      return null;
    }
  }

  it('CR-2 base64 is accepted only where encoding the bytes gives it back', () => {
    const text = fc.string({
      unit: fc.constantFrom('A', 'Q', 'o', '6', 'Y', '+', '/', '=', '-', 'w'),
      maxLength: 12,
    });
    fc.assert(
      fc.property(text, (data) => {
        const canonical = data !== '' && encodedAnew(data) === data;
        const credential = parseCredential([`Basic ${data}`]);
        const refusedAsBase64 = credential.kind === 'malformed' && credential.why === 'basic-not-base64';
        if (data !== '') expect(refusedAsBase64).toBe(!canonical);
      }),
      { numRuns: 3_000 },
    );
  });

  it('CR-2 each digit of base64 stands for its six bits', () => {
    for (let byte = 0x20; byte <= 0x7e; byte++)
      for (const pad of ['', 'x', 'xx']) {
        const secret = `${String.fromCharCode(byte)}~${pad}`;
        expect(parseCredential([basicOf(`:${secret}`)])).toEqual(presented('', secret));
      }
  });
});
