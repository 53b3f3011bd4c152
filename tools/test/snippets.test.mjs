import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hosts, parseSettings } from '../../packages/core/dist/index.js';
import { pages, textOf } from '../docs/markdown.mjs';
import {
  commandsIn,
  expectedOutput,
  moduleOf,
  patternOf,
  snippetsIn,
  withoutTypes,
} from '../docs/snippets.mjs';
import { typeErrors } from '../docs/typecheck.mjs';
import { openWorkshop } from '../docs/workshop.mjs';
import { startRedis } from '../services/redis.mjs';

/** The reference is generated: examples.test.mjs runs its examples, and the rest of its blocks are signatures. */
const isWritten = (/** @type {string} */ page) => !page.startsWith('docs/reference/');
const read = pages()
  .filter(isWritten)
  .map((page) => snippetsIn(page, textOf(page)));
const all = read.flatMap(({ snippets }) => snippets);
const run = all.filter(({ notRun, runBy }) => notRun === null && runBy === null);
/** @typedef {import('../docs/snippets.mjs').Snippet} Snippet */
/** @param {import('../docs/snippets.mjs').Kind} kind @returns {[string, Snippet][]} */
const of = (kind) =>
  run.filter((snippet) => snippet.kind === kind).map((each) => [`${each.page}:${each.line}`, each]);
/** @param {Snippet} snippet */
const isTyped = ({ language }) => language === 'ts' || language === 'typescript';
/** @param {Snippet} snippet @param {string} ending */
const nameOf = ({ page, line }, ending) => `${page.replace(/\W/g, '-')}-${line}.${ending}`;

const redisUrl = 'redis://127.0.0.1:6379';
const workshop = openWorkshop();
/** @type {Awaited<ReturnType<typeof startRedis>> | null} */
let redis = null;
beforeAll(async () => {
  copyFileSync(
    path.join(import.meta.dirname, '../docs/fixture.mjs'),
    path.join(workshop.folder, 'fixture.mjs'),
  );
  if (run.some(({ code }) => code.includes(redisUrl))) redis = await startRedis();
});
afterAll(async () => {
  workshop.close();
  await redis?.stop();
});

/** The snippet as a program that reaches the servers of the tests. @param {Snippet} snippet */
const programOf = (snippet) =>
  moduleOf(snippet, './fixture.mjs').replaceAll(redisUrl, redis?.url ?? redisUrl);

describe('snippets of the documentation', { timeout: 60_000 }, () => {
  it('are each run, or say why not', () => {
    const left = all.filter(({ notRun }) => notRun !== null);
    const elsewhere = all.filter(({ runBy }) => runBy !== null);
    console.log(
      [
        `snippets: ${run.length} run here, ${elsewhere.length} by tests of their own, ${left.length} marked as not run`,
        ...left.map(({ page, line, notRun }) => `  ${page}:${line} ${notRun}`),
      ].join('\n'),
    );
    expect(read.flatMap(({ problems }) => problems)).toEqual([]);
    expect(run.length).toBeGreaterThan(10);
  });

  it.concurrent.each(of('module'))('%s runs', async (_, /** @type {Snippet} */ snippet) => {
    const program = programOf(snippet);
    const file = workshop.write(nameOf(snippet, 'mjs'), isTyped(snippet) ? withoutTypes(program) : program);
    const { status, out, err } = await workshop.run(file);
    expect([status, err]).toEqual([0, '']);
    const expected = expectedOutput(snippet);
    if (expected !== null) expect(out).toMatch(patternOf(expected));
  });

  it('in TypeScript have the types they claim', () => {
    const typed = run.filter((snippet) => snippet.kind === 'module' && isTyped(snippet));
    const files = typed.map((snippet) =>
      workshop.write(nameOf(snippet, 'ts'), moduleOf(snippet, './fixture.mjs')),
    );
    const errors = typeErrors(files);
    const told = typed.flatMap(({ page, line }, index) =>
      (errors.get(files[index] ?? '') ?? []).map((error) => `${page}:${line} ${error}`),
    );
    expect(told).toEqual([]);
  });

  it.concurrent.each(of('shell'))('%s succeeds', async (_, /** @type {Snippet} */ { code }) => {
    const { status, err } = await workshop.shell(code);
    expect([status, err]).toEqual([0, '']);
  });

  it.concurrent.each(of('transcript'))(
    '%s is what the commands print',
    async (_, /** @type {Snippet} */ { code }) => {
      const commands = commandsIn(code);
      expect(commands.length).toBeGreaterThan(0);
      for (const { command, output } of commands) {
        const { out, err } = await workshop.shell(command);
        expect(`${out}${err}`).toMatch(patternOf(output));
      }
    },
  );

  it.each(of('document'))(
    '%s is JSON, and settings that can be saved where it looks like them',
    (_, /** @type {Snippet} */ { code }) => {
      const value = JSON.parse(code);
      if (value?.version === 1 && value.permissions !== undefined)
        expect(parseSettings(value, hosts.generic)).toMatchObject({ ok: true });
    },
  );
});

/** @param {string} page */
const snippetsOf = (page) => /** @type {[Snippet, Snippet]} */ (snippetsIn('p.md', page).snippets);

describe('the reading of snippets', () => {
  it('names a block that is neither run nor marked', () => {
    const page =
      '```sh\nnpx latchkey table\nuname -a\n```\n```python\n```\n<!-- snippet: not run: -->\n```js\n```\n';
    expect(snippetsIn('p.md', page).problems).toEqual([
      'p.md:2 has "uname -a", which is not run here: say so and why, or leave it out',
      'p.md:6 is in python, which is not known here',
      'p.md:9 has an unknown mark: not run:',
    ]);
  });

  it('takes in what is given, what goes before, and what is printed', () => {
    const page =
      '<!-- snippet: with host, engine -->\n```ts\na;\n```\n<!-- output -->\n```text\n1\n```\n<!-- snippet: continues -->\n```ts\nb;\n```\n';
    const [first, second] = snippetsOf(page);
    expect(first).toMatchObject({ takes: ['host', 'engine'], code: 'a;\n', output: '1\n' });
    expect(second).toMatchObject({ takes: ['host', 'engine'], code: 'a;\nb;\n', output: null });
    expect(moduleOf(second, './f.mjs')).toBe("import { host, engine } from './f.mjs'; a;\nb;\n");
  });

  it('finds what has to be printed in the program, and ends one that would stay open', () => {
    const page = '<!-- snippet: with engine; keeps a connection -->\n```js\na; // → 1\nb;\n// → 2\n```\n';
    const [snippet] = snippetsOf(page);
    expect(snippet).toMatchObject({ takes: ['engine'], staysOpen: true });
    const expected = expectedOutput(snippet) ?? '';
    expect(expected).toBe('…\n1\n…\n2\n…\n');
    expect('0\n1\n2\n').toMatch(patternOf(expected));
    expect('0\n2\n1\n').not.toMatch(patternOf(expected));
  });

  it('compares printed text to the letter, apart from what is left out', () => {
    expect('a (1)\nb\nc\nd\n').toMatch(patternOf('a (1)\n…\nd\n'));
    expect('a 1\n').not.toMatch(patternOf('a (1)\n'));
    expect('a\nb\nx\n').not.toMatch(patternOf('a\n…\nd\n'));
  });
});
