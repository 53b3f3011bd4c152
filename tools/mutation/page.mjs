// Writes the page of the mutation score from Stryker's reports.
import { readFileSync } from 'node:fs';
import { strict } from './areas.mjs';

/**
 * @typedef {{ line: number, column: number }} Place
 * @typedef {{ replacement?: string, status: string, location: { start: Place, end: Place } }} Mutant
 * @typedef {{ files: Record<string, { source: string, mutants: readonly Mutant[] }> }} Report
 * @typedef {{ file: string, line: number, was: string, becomes: string, why: string | null }} Survivor
 * @typedef {{ name: string, killed: number, timeout: number, survived: number, unreached: number, failed: number }} Count
 */

/**
 * Why a mutant that no test notices is none that a test could notice: each is found by its file, by what stood there and
 * by what the mutant put in its place, so that lines may move.
 *
 * @type {readonly { file: string, why: string, changes: readonly (readonly [was: string, becomes: string])[] }[]}
 */
const reasons = JSON.parse(readFileSync(new URL('reasons.json', import.meta.url), 'utf8'));

/** What stands in a source between two places. @param {string} source @param {Mutant['location']} location */
function textAt(source, { start, end }) {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  lines[lines.length - 1] = (lines.at(-1) ?? '').slice(0, end.column - 1);
  lines[0] = (lines[0] ?? '').slice(start.column - 1);
  return lines.join('\n');
}

/** Text on one line, short enough for a table. @param {string} text */
const short = (text) => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 90 ? `${line.slice(0, 87)}...` : line;
};

/** @param {string} text */
const code = (text) => {
  const escaped = short(text).replaceAll('|', '\\|');
  return escaped.includes('`') ? `\`\` ${escaped} \`\`` : `\`${escaped === '' ? ' ' : escaped}\``;
};

/** @param {Count} count */
const tried = ({ killed, timeout, survived, unreached }) => killed + timeout + survived + unreached;

/** Detected of all that were tried, in hundredths of a percent rounded down, so that 100 means all. @param {Count} count */
const score = (count) => Math.floor((10_000 * (count.killed + count.timeout)) / tried(count)) / 100;

/** What of an area was noticed, and what was not. @param {string} name @param {Report} report */
function read(name, report) {
  const count = { name, killed: 0, timeout: 0, survived: 0, unreached: 0, failed: 0 };
  /** @type {Survivor[]} */
  const survivors = [];
  for (const [path, { source, mutants }] of Object.entries(report.files)) {
    const file = path.replace('packages/core/src/', '');
    for (const { status, location, replacement = '' } of mutants) {
      if (status === 'Killed') count.killed++;
      else if (status === 'Timeout') count.timeout++;
      else if (status === 'Survived' || status === 'NoCoverage') {
        if (status === 'Survived') count.survived++;
        else count.unreached++;
        const was = textAt(source, location);
        const reason = reasons.find(
          (each) =>
            each.file === file &&
            each.changes.some(([from, to]) => from === short(was) && to === short(replacement)),
        );
        survivors.push({
          file,
          line: location.start.line,
          was,
          becomes: replacement,
          why: reason?.why ?? null,
        });
      } else count.failed++;
    }
  }
  return { count, survivors };
}

/**
 * The page, and what is short of the figures to reach.
 *
 * @param {readonly { name: string, report: Report }[]} reports @param {string} on the day of the run
 */
export function render(reports, on) {
  const results = reports.map(({ name, report }) => read(name, report));
  const sum = results.reduce(
    (all, { count }) => ({
      name: 'all of core',
      killed: all.killed + count.killed,
      timeout: all.timeout + count.timeout,
      survived: all.survived + count.survived,
      unreached: all.unreached + count.unreached,
      failed: all.failed + count.failed,
    }),
    { name: 'all of core', killed: 0, timeout: 0, survived: 0, unreached: 0, failed: 0 },
  );
  const survivors = results.flatMap((result) => result.survivors);
  const open = survivors.filter(({ why }) => why === null);
  const problems = results
    .filter(
      ({ count, survivors: left }) => strict.includes(count.name) && left.some(({ why }) => why === null),
    )
    .map(({ count }) => `${count.name}: a mutant that nothing excuses survives`);
  if (score(sum) < 95) problems.push(`all of core: the score is ${score(sum)} %, under 95 %`);
  if (sum.failed > 0) problems.push(`all of core: ${sum.failed} mutants could not be tried`);

  /** @param {Count} count @param {readonly Survivor[]} left */
  const line = (count, left) => {
    const excused = left.filter(({ why }) => why !== null).length;
    return `| ${[
      count.name,
      tried(count),
      count.killed,
      count.timeout,
      count.survived,
      count.unreached,
      excused,
      `${score(count).toFixed(2)} %`,
    ].join(' | ')} |`;
  };
  /** @param {Survivor} survivor */
  const told = ({ file, line: at, was, becomes, why }) =>
    `| ${file}:${at} | ${code(was)} | ${code(becomes)} | ${why ?? 'not explained yet'} |`;
  const strictOpen = results
    .filter(({ count }) => strict.includes(count.name))
    .flatMap(({ survivors: left }) => left.filter(({ why }) => why === null)).length;
  const page = `# Mutation score

<!-- Generated by \`npm run mutation\`: do not edit. -->

[Stryker](https://stryker-mutator.io) changes core in one place at a time; each change is a mutant. A mutant is killed when
a test fails, it is timed out when the code no longer ends, and it survives when no test notices. The score is the
mutants killed and timed out of all of them. Measured on ${on} on a machine with 2 cores, Node 20.

To reach: 95 % of all of core, which has ${score(sum).toFixed(2)} %, and every mutant of \`decision/\`, \`net/\` and
\`parse/\` killed or explained, where ${strictOpen === 0 ? 'none is open' : `${strictOpen} are open`}.

Run it with \`npm run mutation\`, or a part with \`npm run mutation decision net parse\`. It is no part of \`npm test\`.

Each part is tried with its own tests only (\`tools/mutation/areas.mjs\` names them): the decision also with the engine's,
the theorems and the comparison with the reference, the operations and the engine also with the tests of operations in
\`packages/testing\`. Properties run with a fixed seed and at most 60 times (the comparison with the reference 2,000
times), so a mutant that only a rare case shows counts as a survivor here, though \`npm test\` may see it. Tests that time
something or count calls through a mock are left out. All of Stryker's mutators are on, so that words of messages and
constants of modules count like everything else.

Stryker runs the tests through a runner of this repository (\`tools/mutation/runner.mjs\`), which keeps core and its tests
loaded and so needs a fraction of the time of a new worker for each mutant. A failure counts only if the same test
passes without the mutant right after; a mutant in code that runs while a module loads, or that one test alone reaches,
is tried with all tests of its part in modules loaded anew. An error that no test catches counts as its failure.

| part | mutants | killed | timed out | survived | not reached | survivors explained | score |
| --- | --- | --- | --- | --- | --- | --- | --- |
${results.map(({ count, survivors: left }) => line(count, left)).join('\n')}
${line(sum, survivors)}

## Survivors

${
  survivors.length === 0
    ? 'None.'
    : `${survivors.length} survive; ${survivors.length - open.length} are explained, ${open.length} are not.

| where | what stood there | what the mutant put there | why no test notices |
| --- | --- | --- | --- |
${survivors.map(told).join('\n')}`
}
`;
  return { page, problems };
}
