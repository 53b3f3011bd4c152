import { defaultSettings, hosts, type Settings } from '@latchkey/core';
import { describe, expect, test } from 'vitest';
import { as, bearer, stage, tokenOf } from './stage.ts';

const narrowed = (settings: Settings): Settings => ({
  ...settings,
  validity: { ...settings.validity, maximum: 'P6M' },
  network: { ...settings.network, allow: ['10.0.0.0/8'] },
});

describe('MA-1 routes of settings', () => {
  test('MA-1 settings are read with an ETag and saved over it', async () => {
    const { call, engine } = await stage();
    const headers = as('root');
    const loaded = await call('loadSettings', { headers });
    expect(loaded.headers.get('etag')).toBe('"0"');
    expect(loaded.body).toMatchObject({ revision: 0, problems: [], hostTokenSection: 'hidden' });
    const body = narrowed(loaded.body.settings);
    const saved = await call('saveSettings', { headers: { ...headers, 'If-Match': '"0"' }, body });
    expect(saved.status).toBe(200);
    expect(saved.headers.get('etag')).toBe('"1"');
    expect(saved.body).toMatchObject({ revision: 1, settings: body });
    expect(saved.body.findings.map(({ code }: { code: string }) => code)).toContain(
      'maximum-lowered-keeps-existing',
    );
    expect(await engine.settings.load({ subject: 'root' })).toMatchObject({ value: { settings: body } });
  });

  test('MA-1 a save over another revision is 412 and loses nothing', async () => {
    const { call } = await stage();
    const body = defaultSettings(hosts.generic);
    const save = (tag: string, document = body) =>
      call('saveSettings', { headers: { ...as('root'), 'If-Match': tag }, body: document });
    expect((await save('"0"')).status).toBe(200);
    expect(await save('"0"', narrowed(body))).toMatchObject({ status: 412, body: { reason: 'conflict' } });
    expect(await save('"7"', narrowed(body))).toMatchObject({ status: 412, body: { reason: 'conflict' } });
    expect((await call('loadSettings', { headers: as('root') })).body).toMatchObject({
      revision: 1,
      settings: body,
    });
  });

  test('MA-1 of two saves at once one wins', async () => {
    const { call } = await stage();
    const body = defaultSettings(hosts.generic);
    const save = () => call('saveSettings', { headers: { ...as('root'), 'If-Match': '"0"' }, body });
    const saves = await Promise.all([save(), save()]);
    expect(saves.map(({ status }) => status).sort()).toEqual([200, 412]);
  });

  test.each([
    [undefined, 428, 'precondition-required'],
    ['*', 400, 'precondition-malformed'],
    ['0', 400, 'precondition-malformed'],
    ['W/"0"', 400, 'precondition-malformed'],
    ['"0", "1"', 400, 'precondition-malformed'],
    ['"-1"', 400, 'precondition-malformed'],
  ])('MA-2 If-Match: %s is %i %s', async (tag, status, reason) => {
    const { call } = await stage();
    const headers = { ...as('root'), ...(tag === undefined ? {} : { 'If-Match': tag }) };
    const saved = await call('saveSettings', { headers, body: defaultSettings(hosts.generic) });
    expect(saved).toMatchObject({ status, body: { reason } });
  });

  test('MA-2 everything wrong with a document is told at once, each with its path', async () => {
    const { call } = await stage();
    const { hostTokens: _, ...rest } = defaultSettings(hosts.generic);
    const raw = JSON.stringify({
      ...rest,
      network: { ...rest.network, allow: ['10.0.0.1/8'] },
      colour: 'red',
    });
    for (const [id, headers] of [
      ['saveSettings', { 'If-Match': '"0"' }],
      ['reviewSettings', {}],
    ] as const) {
      const refused = await call(id, { headers: { ...as('root'), ...headers }, raw });
      expect(refused).toMatchObject({ status: 422, body: { reason: 'settings-invalid' } });
      expect(refused.body.errors).toEqual(
        expect.arrayContaining([
          expect.objectContaining({
            path: ['network', 'allow', 0],
            code: 'host-bits-set',
            hint: '10.0.0.0/8 or 10.0.0.1',
          }),
          expect.objectContaining({ path: ['hostTokens'], code: 'required' }),
          expect.objectContaining({ path: ['colour'], code: 'unknown-key' }),
        ]),
      );
    }
  });

  test('MA-1 a review tells findings, also those about what the settings are changed from, and saves nothing', async () => {
    const { call } = await stage({ engine: { host: hosts.jira }, api: { hostVersion: '8.13' } });
    const body = narrowed(defaultSettings(hosts.jira));
    const review = await call('reviewSettings', { headers: as('root'), body });
    const codes = review.body.findings.map(({ code }: { code: string }) => code);
    expect(codes).toContain('maximum-lowered-keeps-existing');
    expect(codes).not.toContain('host-tokens-accepted');
    expect((await call('loadSettings', { headers: as('root') })).body).toMatchObject({
      revision: 0,
      hostTokenSection: 'hidden',
    });
  });

  test('MA-1 settings are for administrators, and not saved by what may only read', async () => {
    const { call, engine } = await stage();
    const body = defaultSettings(hosts.generic);
    const save = { 'If-Match': '"0"' };
    for (const subject of ['ada', 'issuer', 'eve', 'nobody']) {
      const headers = as(subject);
      expect((await call('loadSettings', { headers })).status).toBe(403);
      expect((await call('saveSettings', { headers: { ...headers, ...save }, body })).status).toBe(403);
      expect((await call('reviewSettings', { headers, body })).status).toBe(403);
    }
    const readOnly = await engine.tokens.issue({ subject: 'root' }, { label: 'x', scope: 'read-only' });
    const reading = bearer(readOnly.ok ? readOnly.value.text : '');
    expect((await call('loadSettings', { headers: reading })).status).toBe(200);
    const refused = await call('saveSettings', { headers: { ...reading, ...save }, body });
    expect(refused).toMatchObject({ status: 403, body: { reason: 'scope-exceeded' } });
    const { text } = await tokenOf(engine, 'root');
    expect((await call('saveSettings', { headers: { ...bearer(text), ...save }, body })).status).toBe(200);
  });

  test('MA-1 fixed settings are told so, and can still be reviewed', async () => {
    const settings = defaultSettings(hosts.generic);
    const { call } = await stage({ engine: { settings } });
    const headers = as('root');
    expect(await call('loadSettings', { headers })).toMatchObject({
      status: 409,
      body: { reason: 'settings-fixed' },
    });
    expect((await call('loadSettings', { headers: as('ada') })).status).toBe(403);
    expect((await call('reviewSettings', { headers, body: settings })).status).toBe(200);
    expect((await call('showMe', { headers })).body.administrator).toBe(true);
  });

  test('MA-1 settings that are not valid any more are shown with their problems and can be mended', async () => {
    const { call, store } = await stage({ settings: (settings) => settings });
    // What a store holds is whatever was written to it.
    await store.settings.save({ ...defaultSettings(hosts.generic), version: 9 } as unknown as Settings, 1);
    const headers = as('root');
    const loaded = await call('loadSettings', { headers });
    expect(loaded.body).toMatchObject({ revision: 2, settings: null, document: { version: 9 } });
    expect(loaded.body.problems).toHaveLength(1);
    for (const id of ['showMe', 'listTokens'])
      expect(await call(id, { headers })).toMatchObject({
        status: 503,
        body: { reason: 'settings-unreadable' },
      });
    const body = defaultSettings(hosts.generic);
    const mended = await call('saveSettings', { headers: { ...headers, 'If-Match': '"2"' }, body });
    expect(mended.status).toBe(200);
    expect((await call('showMe', { headers })).status).toBe(200);
  });
});
