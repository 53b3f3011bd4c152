import { defaultSettings, hosts } from '@latchkey/core';
import { expect, it } from 'vitest';
import { fileWith, latchkey } from '../program.ts';

const settings = (change: object = {}) =>
  fileWith(JSON.stringify({ ...defaultSettings(hosts.jira), ...change }), 'settings.json');

it('CL review tells each finding with what to do, and ends well: findings are no errors', async () => {
  const { status, out, err } = await latchkey(['review', settings(), '--host', 'jira']);
  expect([status, err]).toEqual([0, '']);
  expect(out).toMatch(/^(warning|recommendation) [a-z-]+ at \S+: .+\.\n {2}→ .+\.\n/);
  expect(out).toContain('allow-list-empty');
});

it('CL review speaks JSON, and knows the version of the host and the settings before', async () => {
  const codes = async (...more: string[]) => {
    const { out } = await latchkey([
      'review',
      settings({ validity: { maximum: 'P1M', choices: 'listed', existing: 'keep' } }),
      '--host',
      'jira',
      '--json',
      ...more,
    ]);
    return (JSON.parse(out) as { code: string }[]).map(({ code }) => code);
  };
  expect(await codes('--host-version', '8.14')).toContain('host-tokens-accepted');
  expect(await codes('--host-version', '8.13')).not.toContain('host-tokens-accepted');
  const lowered = (await codes('--before', settings())).filter((code) => code.includes('maximum'));
  expect(lowered.length).toBeGreaterThan((await codes()).filter((code) => code.includes('maximum')).length);
});

it('CL review names every mistake of a file that is no settings, and ends with 2', async () => {
  const { status, out, err } = await latchkey([
    'review',
    settings({ version: 9, hostTokens: 'no', extra: 1 }),
    '--host',
    'jira',
  ]);
  expect([status, out]).toEqual([2, '']);
  expect(err.trimEnd().split('\n')).toHaveLength(3);
});
