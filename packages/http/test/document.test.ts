import { readFileSync } from 'node:fs';
import { hosts } from '@latchkey/core';
import { validate } from '@readme/openapi-parser';
import { expect, test } from 'vitest';
import { stage } from './stage.ts';

const reference = new URL('../../../docs/reference/openapi.json', import.meta.url);

test('MA-2 the document is valid OpenAPI 3.1', async () => {
  const { document } = await stage();
  const result = await validate(structuredClone(document) as never);
  expect(result).toMatchObject({ valid: true, specification: 'OpenAPI' });
  expect(document).toMatchObject({ openapi: '3.1.0', servers: [{ url: '/api/latchkey' }] });
});

test('MA-2 the document in docs/reference is the one that is served', async () => {
  const { document } = await stage();
  expect(JSON.parse(readFileSync(reference, 'utf8'))).toEqual(document);
});

test('MA-2 the document says where the API is', async () => {
  const jira = { ...hosts.jira, contextPath: '/jira' };
  const { document, call } = await stage({ engine: { host: jira } });
  expect(document.servers).toEqual([{ url: '/jira/rest/latchkey/1' }]);
  expect((await call('showHealth')).status).toBe(200);
  const elsewhere = await stage({ api: { base: '/api/tools/keys' } });
  expect((await elsewhere.call('showHealth')).status).toBe(200);
});

test('MA-2 every input is strict, every reply is described, and no schema has a digest', async () => {
  const { document } = await stage();
  const text = JSON.stringify(document);
  expect(text).not.toContain('digest');
  expect(text).not.toContain('keyVersion');
  const open: string[] = [];
  const walk = (schema: unknown, at: string): void => {
    if (typeof schema !== 'object' || schema === null) return;
    if (
      'properties' in schema &&
      !('additionalProperties' in schema && schema.additionalProperties === false)
    )
      open.push(at);
    for (const [key, part] of Object.entries(schema)) walk(part, `${at}/${key}`);
  };
  walk(document.components.schemas, '');
  expect(open).toEqual([]);
});
