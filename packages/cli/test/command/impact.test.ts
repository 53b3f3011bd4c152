import { defaultSettings, hosts, type Settings } from '@latchkey/core';
import { expect, it } from 'vitest';
import { fileWith, latchkey, sampleTokens, scenarioWith } from '../program.ts';

const before = defaultSettings(hosts.jira);
const narrow: Settings = {
  ...before,
  permissions: { ...before.permissions, use: { to: 'groups', groups: ['dev'] } },
  validity: { maximum: 'P1M', choices: 'listed', existing: 'clamp' },
  network: { ...before.network, allow: ['192.0.2.0/24'] },
};
const file = (settings: Settings, name: string) => fileWith(JSON.stringify(settings), name);
const world = () =>
  fileWith(
    scenarioWith({
      users: [{ name: 'ada' }, { name: 'root', administrator: true, groups: ['dev'] }],
      tokens: [
        { token: sampleTokens.ada, subject: 'root', scope: 'read-write', createdAt: '2026-01-01T00:00:00Z' },
        { token: sampleTokens.grace, subject: 'ada', scope: 'read-only', createdAt: '2025-06-01T00:00:00Z' },
      ],
    }),
  );

it('IM-1 tells exactly what a narrower policy would do, and that it locks the administrator out', async () => {
  const files = [file(before, 'before.json'), file(narrow, 'after.json')];
  const told = await latchkey([
    'impact',
    ...files,
    '--scenario',
    world(),
    '--actor',
    'root',
    '--request',
    'reads',
  ]);
  expect([told.status, told.err]).toEqual([0, '']);
  expect(told.out.split('\n')[0]).toMatch(
    /^LOCKS YOU OUT: this request of root would be deny 401 \(address-refused-closed\)/,
  );
  expect(told.out).toContain(
    'Addresses refused from now on\n  0.0.0.0-192.0.1.255\n  192.0.3.0-255.255.255.255\n  ::/0\n',
  );
  expect(told.out).toContain('ada loses use');
  expect(told.out).toMatch(/B8MI7qLiGGWrTjqf of ada: live, no end → expired, 2025-07-01T00:00:00.000Z/);
  expect(told.out).toContain('reads: allow (accepted) → deny 401 (address-refused-closed)');
  for (const token of Object.values(sampleTokens)) expect(told.out).not.toContain(token.slice(20));
});

it('IM-1 speaks JSON, and says when nothing would change', async () => {
  const same = await latchkey(['impact', file(before, 'a.json'), file(before, 'b.json'), '--host', 'jira']);
  expect([same.status, same.out]).toEqual([0, 'Nothing would change.\n']);
  const { out } = await latchkey([
    'impact',
    file(before, 'a.json'),
    file(narrow, 'b.json'),
    '--host',
    'jira',
    '--json',
  ]);
  expect(JSON.parse(out)).toMatchObject({ locksOutActor: null, changes: expect.any(Array) });
});

it('CL impact names every mistake of either file, and ends with 2', async () => {
  const bad = fileWith('{"version": 9}', 'bad.json');
  const { status, out, err } = await latchkey(['impact', file(before, 'a.json'), bad, '--host', 'jira']);
  expect([status, out]).toEqual([2, '']);
  expect(err).toContain('version');
  const lost = await latchkey(['impact', file(before, 'a.json'), file(before, 'b.json'), '--actor', 'root']);
  expect(lost.status).toBe(2);
});
