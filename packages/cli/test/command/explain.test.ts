import { describe, expect, it } from 'vitest';
import { exampleFile, jsonLines, latchkey } from '../program.ts';

const file = exampleFile('every-row.json');
const refused = 'a token from elsewhere, as Bearer';

describe('CL latchkey explain', () => {
  it('CL shows facts, hops, row and what would have allowed it', async () => {
    const { status, out } = await latchkey(['explain', file, '--request', refused]);
    expect(status).toBe(0);
    expect(out).toContain(`${refused}: deny 401, row address-refused-closed, reason address-refused\n`);
    expect(out).toMatch(
      /address {5}refused {4}needed {6}The client is 198\.51\.100\.4 \(from the header\), in no range/,
    );
    expect(out).toMatch(/token {7}live {7}not needed/);
    expect(out).toContain(
      '  client: 198.51.100.4 (from the header)\n    peer    10.0.0.7      trusted\n    header  198.51.100.4  untrusted\n',
    );
    expect(out).toContain('address  refused → allowed  Add the client address to network.allow');
  });

  it('CL takes a request by number, counted from 1', async () => {
    const [named, numbered] = await Promise.all([
      latchkey(['explain', file, '--request', refused, '--json']),
      latchkey(['explain', file, '--request', '10', '--json']),
    ]);
    expect(numbered).toEqual(named);
    expect(jsonLines(named.out)[0]).toMatchObject({
      name: refused,
      status: 401,
      row: 'address-refused-closed',
      words: expect.any(String),
      client: { trail: [{ text: '10.0.0.7', trust: 'trusted' }, { text: '198.51.100.4' }] },
      counterfactuals: [{ changes: [{ fact: 'address', from: 'refused', to: 'allowed' }] }],
    });
  });

  it('CL explains every request where none is named', async () => {
    const { out } = await latchkey(['explain', file, '--json']);
    expect(jsonLines(out)).toHaveLength(30);
    const { out: text } = await latchkey(['explain', file]);
    expect(text.match(/^ {2}facts$/gm)).toHaveLength(30);
  });

  it.each(['31', '0', 'no such name'])('CL ends with 2 for the request %s', async (wanted) => {
    const { status, out, err } = await latchkey(['explain', file, '--request', wanted]);
    expect([status, out, err]).toEqual([
      2,
      '',
      'The scenario has 30 requests, and none has this name or number.\n',
    ]);
  });
});
