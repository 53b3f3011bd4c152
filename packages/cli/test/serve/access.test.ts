import type { IncomingMessage, ServerResponse } from 'node:http';
import { composeToken, tokenId } from '@latchkey/core';
import { nodePlatform } from '@latchkey/node';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accessLog } from '../../src/serve/access.ts';

/** The one line that a request leaves. */
function lineOf(req: Partial<IncomingMessage>, res: Partial<ServerResponse> = {}): string {
  const lines: string[] = [];
  accessLog((line) => lines.push(line))(
    { method: 'GET', url: '/', headersDistinct: {}, ...req } as IncomingMessage,
    { writableFinished: true, statusCode: 200, ...res } as ServerResponse,
    '192.0.2.1',
    performance.now(),
  );
  expect(lines).toHaveLength(1);
  return lines[0] ?? '';
}

describe('the access log', () => {
  test('TK-3 whatever a path holds, the line is one line of JSON without a character that a terminal obeys', () => {
    const nasty = fc.constantFrom(
      '\n',
      '\r',
      '\u001b',
      '\u007f',
      '\u009b',
      '\u2028',
      '\u202e',
      '"',
      '\\',
      '\ud800',
    );
    const characters = fc.oneof(nasty, fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }));
    fc.assert(
      fc.property(fc.string({ unit: characters, maxLength: 100 }), (text) => {
        const path = `/${text.replaceAll('?', '')}`;
        const line = lineOf({ url: `${path}?secret=sesame` });
        expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/);
        expect(JSON.parse(line).path).toBe(path);
        expect(line).not.toContain('sesame');
      }),
    );
  });

  test('TK-3 a token in the path, the query or the credential leaves its public id at most', () => {
    const { text } = composeToken('lk', nodePlatform.random);
    const line = lineOf({
      url: `/api/${text}?token=${text}`,
      headersDistinct: { authorization: [`Bearer ${text}`] },
    });
    expect(JSON.parse(line)).toMatchObject({ path: '/api/(a token, withheld)', tokenId: tokenId(text) });
    expect(line).not.toContain(text.slice(20));
  });

  test('TK-3 an absolute target is not shown, and an answer that never got out has no status', () => {
    const line = lineOf({ url: 'http://ada:sesame@example.org/' }, { writableFinished: false });
    expect(JSON.parse(line)).toMatchObject({ path: '(absolute)', status: null, client: '192.0.2.1' });
    expect(line).not.toContain('sesame');
  });
});
