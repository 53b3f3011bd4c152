import { describe, expect, it } from 'vitest';
import { latchkey } from './program.ts';

const secret = 'Correct-Horse_9';

describe('CL the program', () => {
  it('CL lists every command in its help', async () => {
    const { status, out, err } = await latchkey(['--help']);
    expect([status, err]).toEqual([0, '']);
    for (const command of ['serve', 'simulate', 'test', 'explain', 'address', 'table', 'schema', 'token'])
      expect(out).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
  });

  it('CL answers its version', async () => {
    const { status, out } = await latchkey(['--version']);
    expect(status).toBe(0);
    expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('CL shows the help of one command', async () => {
    const { status, out } = await latchkey(['simulate', '--help']);
    expect([status, out.includes('--json')]).toEqual([0, true]);
  });

  it('CL ends with 2 where no command is given', async () => {
    const { status, out, err } = await latchkey([]);
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain('Usage: latchkey');
  });

  it.each([
    [['bogus'], 'there is no command bogus.'],
    [['tset'], 'there is no command tset. (Did you mean test?)'],
    [['simulate', '--jsn', 'x'], 'there is no option --jsn. (Did you mean --json?)'],
    [['simulate'], "missing required argument 'file'"],
    [['simulate', 'a', 'b'], "too many arguments for 'simulate'. Expected 1 argument but got 2."],
    [['explain', 'a', '--request'], "option '--request <name|number>' argument missing"],
    [
      ['schema', 'policy'],
      "the argument 'what' does not take this value. Allowed choices are settings, scenario.",
    ],
    [
      ['token', 'new', '--scope', 'all'],
      "the option '--scope <scope>' does not take this value. Allowed choices are read-only, read-write.",
    ],
    [['address', '--json=yes'], '--json is no option, or takes no value.'],
  ])('CL says what is wrong with %j on standard error and ends with 2', async (argv, message) => {
    const { status, out, err } = await latchkey(argv);
    expect([status, out]).toEqual([2, '']);
    expect(err).toBe(`latchkey: ${message}\n`);
  });

  it.each([
    [[secret]],
    [['simulate', `--${secret}`]],
    [['simulate', `--secret=${secret}`]],
    [['simulate', 'a', secret]],
    [['token', secret]],
    [['token', 'new', '--scope', secret]],
    [['token', 'check', `-${secret}`]],
    [['schema', secret]],
    [['address', '--shape', secret]],
    [['address', '--header', secret]],
    [['explain', '-', '--request', secret]],
  ])('CL never repeats an argument that may be a secret: %j', async (argv) => {
    const { status, out, err } = await latchkey(
      argv,
      '{"host":"jira","now":"2026-01-01T00:00:00Z","requests":[]}',
    );
    expect([status, out]).toEqual([2, '']);
    expect(err).not.toContain(secret);
    expect(err).not.toContain('Horse');
    expect(err.length).toBeGreaterThan(10);
  });
});
