import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareModule, exampleModule, examples, runnerModule } from '../docs/examples.mjs';
import { withoutTypes } from '../docs/snippets.mjs';
import { openWorkshop } from '../docs/workshop.mjs';
import { startRedis } from '../services/redis.mjs';

const all = examples().map((example, index) => ({
  ...example,
  file: `example-${index}.mjs`,
  ...exampleModule(example),
}));
const workshop = openWorkshop();
/** @type {Readonly<Record<string, string | null>>} */
let told = {};

/** @type {Awaited<ReturnType<typeof startRedis>> | null} */
let redis = null;

beforeAll(async () => {
  redis = await startRedis();
  const { url } = redis;
  copyFileSync(
    path.join(import.meta.dirname, '../docs/fixture.mjs'),
    path.join(workshop.folder, 'fixture.mjs'),
  );
  workshop.write('compare.mjs', compareModule);
  for (const { file, code } of all)
    workshop.write(file, withoutTypes(code).replaceAll('redis://127.0.0.1:6379', url));
  const runner = workshop.write('runner.mjs', runnerModule);
  const { out, err } = await workshop.run(runner, ...all.map(({ file }) => file));
  expect(err).toBe('');
  told = JSON.parse(out);
}, 60_000);
afterAll(async () => {
  workshop.close();
  await redis?.stop();
});

describe('examples in doc comments', () => {
  it.each(all.map((example) => [example.name, example]))('the one of %s runs', (_, { file, where }) => {
    expect([where, told[file]]).toEqual([where, null]);
  });

  it('are many, and most say what they give', () => {
    const checked = all.reduce((sum, each) => sum + each.checked, 0);
    console.log(`examples: ${all.length} run, ${checked} values compared`);
    expect(all.length).toBeGreaterThan(20);
    expect(checked).toBeGreaterThan(15);
  });

  it('are compared with the values in their comments, and prose is not', () => {
    const example = { name: 'f', where: '', from: '@latchkey/core', kind: 'function' };
    const moduleOf = (/** @type {string} */ text) => exampleModule({ ...example, text });
    expect(moduleOf("f('a'); // 'b'").code).toContain("equals(await (f('a')), 'b');");
    expect(moduleOf('f();\n// [{ a: 1, … }]').code).toContain('holds(await (f()), [{ a: 1 }]);');
    expect(moduleOf('f(); // clean, rest').checked).toBe(0);
    expect(moduleOf('g();').code).toContain('It does not use f.');
  });
});
