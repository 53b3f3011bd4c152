// Which blocks of the documentation are programs, commands or documents, and how each is to be run.
import path from 'node:path';
import ts from 'typescript';
import { fencesIn, isThere, textOf } from './markdown.mjs';

/**
 * @typedef {'module' | 'shell' | 'transcript' | 'document'} Kind
 * @typedef {object} Snippet
 * @property {Kind} kind
 * @property {string} page
 * @property {number} line
 * @property {string} language
 * @property {string} code
 * @property {readonly string[]} takes names that the snippet has from the fixture
 * @property {string | null} output what it prints, where the page shows that in a block of its own
 * @property {string | null} notRun why it is not run
 * @property {string | null} runBy the test that runs it instead
 * @property {boolean} staysOpen it leaves a connection open, and is ended behind its last line
 */

/** @type {Readonly<Record<string, Kind>>} */
const kinds = {
  js: 'module',
  mjs: 'module',
  javascript: 'module',
  ts: 'module',
  typescript: 'module',
  sh: 'shell',
  bash: 'shell',
  shell: 'shell',
  console: 'transcript',
  json: 'document',
};

/** Languages of blocks that are no programs of ours: other programs' configuration, output, outlines. */
const others = new Set([
  '',
  'text',
  'nginx',
  'caddyfile',
  'yaml',
  'jsonc',
  'http',
  'html',
  'css',
  'sql',
  'diff',
]);

/** The lines that commands may consist of to be run: nothing but the program itself, and no command that goes on for ever. */
const runnable = /^(?:npx latchkey (?!serve\b)(?:'[^']*'|[^';&|`$<>])*|#.*|)$/;

/** A block of nothing but installations from a registry, which is what a user does once before anything else. */
const installing = /^(?:npm install [^;&|`$<>\n]*\n)+$/;

/**
 * What the comment above a block says of it, in parts that `;` separates: `not run: WHY` · `run by FILE`, a test of
 * its own · `with NAME, NAME` from the fixture · `continues` the one before it · `keeps a connection` open at the end.
 *
 * @typedef {{ notRun: string | null, runBy: string | null, takes: readonly string[], continues: boolean,
 *   staysOpen: boolean, unknown: readonly string[] }} Mark
 *
 * @param {string | null} mark @returns {Mark}
 */
function readMark(mark) {
  const text = mark?.startsWith('snippet:') ? mark.slice('snippet:'.length).trim() : '';
  // A reason may have semicolons of its own.
  const said = text === '' ? [] : text.startsWith('not run') ? [text] : text.split(/\s*;\s*/);
  /** @param {string} word */
  const after = (word) =>
    said
      .find((part) => part.startsWith(word))
      ?.slice(word.length)
      .trim() ?? null;
  const known = /^(?:not run: .|run by .|with .|continues$|keeps a connection$)/;
  return {
    notRun: after('not run:'),
    runBy: after('run by'),
    takes: after('with')?.split(/\s*,\s*/) ?? [],
    continues: said.includes('continues'),
    staysOpen: said.includes('keeps a connection'),
    unknown: said.filter((part) => !known.test(part)),
  };
}

/** The commands of a block that this program does not run. @param {Kind} kind @param {string} code */
function strangeCommand(kind, code) {
  const commands = kind === 'shell' ? code.split('\n') : kind === 'transcript' ? commandLinesIn(code) : [];
  return commands.find((each) => !runnable.test(each));
}

/** True where a file is there and mentions a page. @param {string} file @param {string} page */
const readsPage = (file, page) => isThere(file) && textOf(file).includes(path.basename(page));

/**
 * Every snippet of a page, and what is wrong with it. A block under the comment `output` is what the snippet before
 * it prints; so are the lines `// → …` of a program.
 *
 * @param {string} page
 * @param {string} text
 * @returns {{ snippets: readonly Snippet[], problems: readonly string[] }}
 */
export function snippetsIn(page, text) {
  /** @type {Snippet[]} */
  const snippets = [];
  /** @type {string[]} */
  const problems = [];
  for (const { language, code, line, mark } of fencesIn(text)) {
    const where = `${page}:${line}`;
    const kind = kinds[language];
    const previous = snippets.at(-1);
    if (mark === 'output') {
      if (previous === undefined) problems.push(`${where} is the output of nothing`);
      else previous.output = code;
      continue;
    }
    if (kind === undefined) {
      if (!others.has(language)) problems.push(`${where} is in ${language}, which is not known here`);
      continue;
    }
    const { continues, unknown, ...read } = readMark(mark);
    const told =
      kind === 'shell' && installing.test(code) ? { ...read, notRun: 'installs from a registry' } : read;
    for (const part of unknown) problems.push(`${where} has an unknown mark: ${part}`);
    if (told.runBy !== null && !readsPage(told.runBy, page))
      problems.push(`${where} is said to be run by ${told.runBy}, which does not read this page`);
    if (told.notRun === null && told.runBy === null) {
      const strange = strangeCommand(kind, code);
      if (strange !== undefined) {
        problems.push(`${where} has "${strange}", which is not run here: say so and why, or leave it out`);
        // Never to be tried: it may do anything.
        continue;
      }
    }
    const before = continues && previous?.kind === 'module' ? previous : null;
    const takes = [...(before?.takes ?? []), ...told.takes];
    snippets.push({
      ...told,
      kind,
      page,
      line,
      language,
      code: (before?.code ?? '') + code,
      takes,
      output: null,
    });
  }
  return { snippets, problems };
}

/** The module that a snippet is, with what it takes imported. @param {Snippet} snippet @param {string} fixture */
export function moduleOf({ code, takes, staysOpen }, fixture) {
  const given = takes.length === 0 ? '' : `import { ${takes.join(', ')} } from '${fixture}'; `;
  return `${given}${code}${staysOpen ? "(await import('node:process')).exit();\n" : ''}`;
}

/** What a snippet has to print: the block of its output, or its lines `// → …` in their order. @param {Snippet} snippet */
export function expectedOutput({ code, output }) {
  if (output !== null) return output;
  const lines = [...code.matchAll(/\/\/ → (.*)$/gm)].map(([, line]) => `…\n${line}\n`);
  return lines.length === 0 ? null : `${lines.join('')}…\n`;
}

/** @param {string} text */
export const withoutTypes = (text) =>
  ts.transpileModule(text, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
    },
  }).outputText;

/**
 * The commands of a transcript, each with what it printed; `…` alone on a line stands for any lines.
 *
 * @param {string} code
 * @returns {readonly { command: string, output: string }[]}
 */
export function commandsIn(code) {
  /** @type {{ command: string, output: string }[]} */
  const commands = [];
  for (const line of code.split('\n').slice(0, -1)) {
    const last = commands.at(-1);
    if (line.startsWith('$ ')) commands.push({ command: line.slice(2), output: '' });
    else if (last !== undefined && last.output === '' && last.command.endsWith('\\'))
      last.command += `\n${line}`;
    else if (last !== undefined) last.output += `${line}\n`;
  }
  return commands;
}

/** @param {string} code */
const commandLinesIn = (code) => commandsIn(code).map(({ command }) => command);

/** A pattern for printed text in which `…` alone on a line stands for any lines. @param {string} text */
export const patternOf = (text) =>
  new RegExp(
    `^${text
      .split(/^\s*…\n/m)
      .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
      .join('(?:.*\\n)*?')}$`,
  );
