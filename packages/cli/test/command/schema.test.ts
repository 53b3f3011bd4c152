import { hosts, settingsJsonSchema } from '@latchkey/core';
import { expect, it } from 'vitest';
import { latchkey } from '../program.ts';

const schema = async (argv: readonly string[]) => {
  const { status, out, err } = await latchkey(['schema', ...argv]);
  expect([status, err]).toEqual([0, '']);
  return JSON.parse(out);
};

it('CL prints the JSON Schema of settings for a host', async () => {
  expect(await schema(['settings'])).toEqual(JSON.parse(JSON.stringify(settingsJsonSchema(hosts.generic))));
  expect(await schema(['settings', '--host', 'confluence', '--json'])).toEqual(
    JSON.parse(JSON.stringify(settingsJsonSchema(hosts.confluence))),
  );
});

it('CL prints the JSON Schema of a scenario: strict, with partial settings', async () => {
  const scenario = await schema(['scenario', '--host', 'jira']);
  expect(scenario.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
  expect(scenario.additionalProperties).toBe(false);
  expect([...scenario.required].sort()).toEqual(['host', 'now', 'requests']);
  expect([...scenario.properties.requests.items.required].sort()).toEqual(['method', 'target']);
  const { settings } = scenario.properties;
  expect(settings.additionalProperties).toBe(false);
  expect(Object.keys(settings.properties)).toContain('permissions');
  expect(JSON.stringify(settings)).not.toMatch(/"required"|"oneOf"|"\$schema"/);
});
