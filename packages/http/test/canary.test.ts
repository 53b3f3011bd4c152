import { defaultSettings, hosts } from '@latchkey/core';
import { expect, test } from 'vitest';
import type { CallOptions } from './client.ts';
import { as, bearer, peer, stage } from './stage.ts';

test('MA-2 no reply holds a secret or a digest, the one text of issue and rotate apart', async () => {
  const { call, seen, store, errors } = await stage();
  const password = 'canary-password-7f3a';
  const texts: string[] = [];
  const given = async (id: string, options: CallOptions) => {
    const { body } = await call(id, options);
    texts.push(body.text);
    return body;
  };
  const { token, text } = await given('issueToken', { headers: as('root'), body: { label: 'canary' } });
  const other = await given('issueToken', { headers: as('issuer'), body: { label: 'x', subject: 'ada' } });
  const path = { id: token.id };
  const credentials = [
    bearer(text),
    { Authorization: `Basic ${btoa(`root:${text}`)}` },
    { ...as('root'), Authorization: `Basic ${btoa(`root:${password}`)}` },
    { ...as('root'), Authorization: `Bearer ${password} x` },
    as('root'),
    { ...as('root'), Cookie: `session=${password}` },
  ];
  const settings = defaultSettings(hosts.generic);
  const request = {
    method: 'GET',
    target: `/api/x?t=${text}`,
    headers: [['Authorization', `Bearer ${text}`]],
    peer,
  };
  for (const credential of credentials) {
    const asked = async (id: string, options: CallOptions = {}) =>
      call(id, { ...options, headers: { ...credential, ...options.headers } });
    for (const id of ['listTokens', 'showMe', 'loadSettings', 'listAudit', 'showHealth', 'showMetrics'])
      await asked(id);
    await asked('showToken', { path });
    await asked('relabelToken', { path, body: { label: 'again' } });
    await asked('saveSettings', { headers: { 'If-Match': '"0"' }, body: settings });
    await asked('reviewSettings', { body: settings });
    await asked('impactOfSettings', {
      body: {
        settings: {
          ...settings,
          hostTokens: 'refused',
          network: { ...settings.network, allow: ['10.0.0.0/8'] },
        },
        requests: [request],
      },
    });
    await asked('explainRequest', { body: request });
    await asked('issueToken', { raw: `{"label":"${text}\u0000"}` });
    await asked('issueToken', { raw: `{"label":7,"scope":"${text}"}` });
    await asked('issueToken', { raw: `${text}` });
    await asked('listTokens', { query: { cursor: text } });
    await asked('showToken', { path: { id: text } });
  }
  await given('rotateToken', { headers: as('root'), path, body: {} });
  await call('revokeToken', { headers: as('root'), path: { id: other.token.id } });
  await call('listAudit', { headers: as('root') });

  const records = await store.tokens.list({ after: null, limit: 100 });
  const canaries = [...texts.map((one) => one.slice(20)), ...records.map(({ digest }) => digest), password];
  expect(canaries).toHaveLength(3 + 3 + 1);
  let shown = 0;
  for (const { response, text: reply } of seen) {
    const all = [reply, ...[...response.headers].flat()].join('\n');
    for (const canary of canaries) {
      if (!all.includes(canary)) continue;
      shown++;
      expect(response.status).toBe(201);
      expect(texts).toContain(JSON.parse(reply).text);
    }
  }
  expect(shown).toBe(3);
  expect(seen.length).toBeGreaterThan(100);
  expect(errors).toEqual([]);
});
