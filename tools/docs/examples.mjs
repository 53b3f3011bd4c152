// The examples in doc comments, made into modules that run: what they leave out is imported, and the values in their
// comments are compared with what the expressions give.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { root } from '../../scripts/pnpm.mjs';
import { exportsOf } from './exports.mjs';
import { givens } from './givens.mjs';
import { libraries } from './reference.mjs';

/** @typedef {{ name: string, where: string, text: string, from: string, kind: string }} Example */

/** Every example of an exported thing. @returns {readonly Example[]} */
export const examples = () =>
  libraries().flatMap(({ called, index }) =>
    exportsOf(index).flatMap(({ name, file, line, examples: texts, kind }) =>
      texts.map((text) => ({ name, where: `${file}:${line}`, text, from: called, kind })),
    ),
  );

/** The names that the fixture offers. */
function offered() {
  const fixture = ts.createSourceFile(
    'fixture.mjs',
    readFileSync(path.join(root, 'tools/docs/fixture.mjs'), 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  return new Set(namesOf(fixture, false));
}

/** @param {ts.BindingName} name @param {string[]} into */
function collectNames(name, into) {
  if (ts.isIdentifier(name)) into.push(name.text);
  else
    for (const element of name.elements) if (ts.isBindingElement(element)) collectNames(element.name, into);
}

/** The names that a program declares at its top. @param {ts.SourceFile} source @param {boolean} withImports */
function namesOf(source, withImports) {
  /** @type {string[]} */
  const names = [];
  for (const statement of source.statements) {
    if (ts.isVariableStatement(statement))
      for (const { name } of statement.declarationList.declarations) collectNames(name, names);
    if (!withImports) continue;
    const { name, namedBindings } = (ts.isImportDeclaration(statement) && statement.importClause) || {};
    if (name !== undefined) names.push(name.text);
    if (namedBindings !== undefined && ts.isNamedImports(namedBindings))
      names.push(...namedBindings.elements.map((element) => element.name.text));
  }
  return names;
}

/** The names that a program uses and does not declare. @param {ts.SourceFile} source */
function freeNames(source) {
  /** @type {string[]} */
  const declared = [];
  /** @type {Set<string>} */
  const used = new Set();
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isVariableDeclaration(node) || ts.isParameter(node)) collectNames(node.name, declared);
    if (ts.isIdentifier(node) && !isOnlyAName(node)) used.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return [...used].filter((name) => !declared.includes(name));
}

/** @param {ts.Identifier} node */
function isOnlyAName(node) {
  const { parent } = node;
  return (
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    (ts.isPropertyAssignment(parent) && parent.name === node) ||
    (ts.isBindingElement(parent) && parent.propertyName === node)
  );
}

/** True for an expression that stands for a value and nothing else. @param {ts.Node} node @returns {boolean} */
function isLiteral(node) {
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node)) return isLiteral(node.expression);
  if (ts.isArrayLiteralExpression(node)) return node.elements.every(isLiteral);
  if (ts.isObjectLiteralExpression(node))
    return node.properties.every((each) => ts.isPropertyAssignment(each) && isLiteral(each.initializer));
  if (ts.isPrefixUnaryExpression(node)) return isLiteral(node.operand);
  return (
    ts.isStringLiteral(node) ||
    ts.isNumericLiteral(node) ||
    node.kind === ts.SyntaxKind.TrueKeyword ||
    node.kind === ts.SyntaxKind.FalseKeyword ||
    node.kind === ts.SyntaxKind.NullKeyword
  );
}

/** The value that a comment shows, as source text; null where it is prose. `…` leaves the rest open. @param {string} comment */
function valueIn(comment) {
  const open = /,?\s*…/.test(comment);
  const text = comment.replace(/,?\s*…/g, '').trim();
  const source = ts.createSourceFile('v.ts', `(${text})`, ts.ScriptTarget.Latest, true);
  const diagnostics = /** @type {{ parseDiagnostics?: readonly unknown[] }} */ (
    /** @type {unknown} */ (source)
  ).parseDiagnostics;
  const [statement] = source.statements;
  if (text === '' || (diagnostics?.length ?? 0) > 0 || source.statements.length !== 1) return null;
  if (statement === undefined || !ts.isExpressionStatement(statement) || !isLiteral(statement.expression))
    return null;
  return { text, open };
}

/** The comment behind a statement, on its line or alone on the lines below. @param {string} text @param {number} end */
function commentBehind(text, end) {
  const [, same, below] = /^[ \t]*(?:\/\/ ?(.*))?((?:\n[ \t]*\/\/.*)*)/.exec(text.slice(end)) ?? [];
  return [same ?? '', ...(below ?? '').split('\n').map((line) => line.replace(/^\s*\/\/ ?/, ''))]
    .join('\n')
    .trim();
}

/**
 * An example as a module of its own. What it compares it counts, in `checked`.
 *
 * @param {Example} example
 * @returns {{ code: string, checked: number }}
 */
export function exampleModule({ name, text, from, kind }) {
  const source = ts.createSourceFile('example.ts', text, ts.ScriptTarget.Latest, true);
  const given = offered();
  const core = new Map(exportsOf('packages/core/src/index.ts').map((each) => [each.name, '@latchkey/core']));
  const own = libraries().find(({ called }) => called === from);
  const all = new Map([
    ...core,
    ['memoryStore', '@latchkey/store-memory'],
    ['RateLimiterRedis', 'rate-limiter-flexible'],
    ...(own === undefined ? [] : exportsOf(own.index)).map(
      (each) => /** @type {const} */ ([each.name, from]),
    ),
  ]);
  const before = givens[`${from} ${name}`] ?? givens[from] ?? '';
  const setUp = ts.createSourceFile('given.ts', before, ts.ScriptTarget.Latest, true);
  const declared = namesOf(setUp, true);
  const free = freeNames(source);
  const isSetUp = free.some((each) => declared.includes(each));
  const imports = free.flatMap((each) => {
    if (isSetUp && declared.includes(each)) return [];
    const module = given.has(each) ? './fixture.mjs' : all.get(each);
    return module === undefined ? [] : [`import { ${each} } from '${module}';`];
  });
  let checked = 0;
  const statements = source.statements.map((statement) => {
    const written = statement.getText(source);
    if (!ts.isExpressionStatement(statement)) return written;
    const value = valueIn(commentBehind(text, statement.end));
    if (value === null) return written;
    checked++;
    const expression = statement.expression.getText(source);
    return `${value.open ? 'holds' : 'equals'}(await (${expression}), ${value.text});`;
  });
  const uses =
    kind === 'function' && !new RegExp(`\\b${name}\\b`).test(text)
      ? [`throw new Error('It does not use ${name}.');`]
      : [];
  return {
    code: [
      ...imports,
      isSetUp ? before : '',
      "import { equals, holds } from './compare.mjs';",
      ...uses,
      // In a block, so that it may declare what was given.
      '{',
      ...statements,
      '}',
      '',
    ].join('\n'),
    checked,
  };
}

/** The module that examples compare with. */
export const compareModule = `
import { deepStrictEqual } from 'node:assert/strict';
export const equals = (actual, expected) => deepStrictEqual(structuredClone(actual), expected);
const part = (actual, expected) => {
  if (Array.isArray(expected)) return actual.slice(0, expected.length).map((one, index) => part(one, expected[index]));
  if (typeof expected !== 'object' || expected === null) return actual;
  return Object.fromEntries(Object.keys(expected).map((key) => [key, part(actual[key], expected[key])]));
};
export const holds = (actual, expected) => deepStrictEqual(part(actual, expected), expected);
`;

/** The program that runs modules one by one and prints what became of each as JSON. */
export const runnerModule = `
const told = {};
for (const file of process.argv.slice(2)) {
  try {
    await import('./' + file);
    told[file] = null;
  } catch (error) {
    told[file] = String(error?.stack ?? error);
  }
}
console.log(JSON.stringify(told));
process.exit();
`;
