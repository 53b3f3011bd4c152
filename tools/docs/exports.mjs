// What a package exports, read from its sources by the compiler's own parser: signature, comment, clauses, example.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { root } from '../../scripts/pnpm.mjs';

/**
 * @typedef {object} Exported
 * @property {string} name
 * @property {'function' | 'value' | 'type' | 'class'} kind
 * @property {string} file from the root, with forward slashes
 * @property {number} line where its comment stands
 * @property {string} signature TypeScript, without bodies
 * @property {string} words what its comment says, without clauses and examples
 * @property {readonly string[]} clauses what stands behind `Spec:`
 * @property {readonly string[]} examples
 */

/** @typedef {ts.DeclarationStatement | ts.VariableStatement} Statement */

/** @type {Map<string, ts.SourceFile>} */
const parsed = new Map();

/** @param {string} file a path from the root @returns {ts.SourceFile} */
function parse(file) {
  const known = parsed.get(file);
  if (known !== undefined) return known;
  const text = readFileSync(path.join(root, file), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  parsed.set(file, source);
  return source;
}

/** The names that a statement declares. @param {ts.Statement} statement @returns {readonly string[]} */
function declaredBy(statement) {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap(({ name }) =>
      ts.isIdentifier(name) ? [name.text] : [],
    );
  if (
    ts.isFunctionDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isClassDeclaration(statement)
  )
    return statement.name === undefined ? [] : [statement.name.text];
  return [];
}

/**
 * Where a name of a module is declared; follows what is handed on from other modules.
 *
 * @param {string} file @param {string} name @returns {{ source: ts.SourceFile, statement: ts.Statement } | null}
 */
function declarationOf(file, name) {
  const source = parse(file);
  for (const statement of source.statements) {
    if (declaredBy(statement).includes(name)) return { source, statement };
    const handedOn = handedOnBy(statement).find((each) => each.name === name);
    if (handedOn !== undefined) return declarationOf(beside(file, handedOn.from), handedOn.original);
  }
  return null;
}

/** @param {string} file @param {string} specifier */
const beside = (file, specifier) => path.posix.join(path.posix.dirname(file), specifier);

/** What `export { a, b as c } from './x.ts'` hands on. @param {ts.Statement} statement */
function handedOnBy(statement) {
  if (!ts.isExportDeclaration(statement) || statement.exportClause === undefined) return [];
  const { moduleSpecifier, exportClause } = statement;
  if (
    moduleSpecifier === undefined ||
    !ts.isStringLiteral(moduleSpecifier) ||
    !ts.isNamedExports(exportClause)
  )
    return [];
  const from = moduleSpecifier.text;
  return exportClause.elements.map(({ name, propertyName }) => ({
    name: name.text,
    original: (propertyName ?? name).text,
    from,
  }));
}

/** The comment of a declaration: the last one that begins with two stars. @param {ts.Statement} statement */
const commentOf = (statement) => ts.getJSDocCommentsAndTags(statement).filter(ts.isJSDoc).at(-1);

/** Text of a comment without stars, tags resolved to plain text. @param {ts.JSDoc['comment'] | undefined} comment */
const plain = (comment) =>
  (ts.getTextOfJSDocComment(comment) ?? '').replace(/\{@link\s+([^}]+)\}/g, '`$1`').trim();

/** The words of a comment, and the clauses that it names behind `Spec:`. @param {string} text */
function separate(text) {
  const at = text.search(/\bSpec:/);
  if (at === -1) return { words: text, clauses: [] };
  const listed = text.slice(at + 'Spec:'.length).split(/\n\s*\n/)[0] ?? '';
  const words = `${text.slice(0, at)}${text.slice(at + 'Spec:'.length + listed.length)}`.trim();
  return {
    words,
    clauses: listed
      .replace(/\s+/g, ' ')
      .trim()
      .split(/[,;]\s*/)
      .filter((each) => each !== ''),
  };
}

/** @param {ts.SourceFile} source @param {number} from @param {number} to */
const sliceOf = (source, from, to) => source.text.slice(from, to).trim();

/** The signature of a function without its body. @param {ts.SourceFile} source @param {ts.SignatureDeclaration} signature @param {string} name */
function functionText(source, signature, name) {
  const generics = signature.typeParameters?.map((each) => each.getText(source)).join(', ');
  const parameters = signature.parameters.map((each) => each.getText(source).replace(/\s+/g, ' '));
  const type = signature.type?.getText(source) ?? 'void';
  const one = `${name}${generics === undefined ? '' : `<${generics}>`}(${parameters.join(', ')}): ${type}`;
  if (one.length <= 100) return one;
  return `${name}${generics === undefined ? '' : `<${generics}>`}(\n${parameters.map((each) => `  ${each},\n`).join('')}): ${type}`;
}

/** A value's own text where it is short, else what kind of thing it is. @param {ts.SourceFile} source @param {ts.Expression | undefined} value */
function valueText(source, value) {
  const text = value?.getText(source) ?? '';
  if (text.length <= 100 && !text.includes('\n')) return text;
  const inner =
    value !== undefined && (ts.isAsExpression(value) || ts.isSatisfiesExpression(value))
      ? value.expression
      : value;
  const frozen = inner !== undefined && ts.isCallExpression(inner) ? (inner.arguments[0] ?? inner) : inner;
  return frozen !== undefined && /^\s*\[/.test(frozen.getText(source)) ? '[…]' : '{…}';
}

/** @param {ts.SourceFile} source @param {ts.Statement} statement @param {string} name @returns {Pick<Exported, 'kind' | 'signature'>} */
function shapeOf(source, statement, name) {
  if (ts.isFunctionDeclaration(statement))
    return { kind: 'function', signature: `function ${functionText(source, statement, name)}` };
  if (ts.isVariableStatement(statement)) {
    const declared = statement.declarationList.declarations.find(
      (each) => each.name.getText(source) === name,
    );
    const { initializer, type } = declared ?? {};
    if (initializer !== undefined && ts.isArrowFunction(initializer) && type === undefined)
      return { kind: 'function', signature: `function ${functionText(source, initializer, name)}` };
    const typed = type === undefined ? ` = ${valueText(source, initializer)}` : `: ${type.getText(source)}`;
    return { kind: 'value', signature: `const ${name}${typed}` };
  }
  const text = sliceOf(source, statement.getStart(source), statement.end).replace(
    /^export (?:declare )?/,
    '',
  );
  if (ts.isClassDeclaration(statement)) {
    const members = statement.members.map((member) => {
      const body =
        ts.isConstructorDeclaration(member) || ts.isMethodDeclaration(member) ? member.body : undefined;
      return `  ${sliceOf(source, member.getStart(source), body?.pos ?? member.end).replace(/;?$/, ';')}`;
    });
    return { kind: 'class', signature: `${text.slice(0, text.indexOf('{'))}{\n${members.join('\n')}\n}` };
  }
  return { kind: 'type', signature: text };
}

/** @type {Map<string, readonly Exported[]>} */
const known = new Map();

/** Everything that a module exports. @param {string} index a path from the root @returns {readonly Exported[]} */
export function exportsOf(index) {
  const all = known.get(index) ?? readExports(index);
  known.set(index, all);
  return all;
}

/** @param {string} index @returns {readonly Exported[]} */
function readExports(index) {
  return parse(index).statements.flatMap((statement) =>
    handedOnBy(statement).map(({ name, original, from }) => {
      const found = declarationOf(beside(index, from), original);
      if (found === null) throw new Error(`${index} exports ${name}, which ${from} does not declare`);
      const { source } = found;
      const comment = commentOf(found.statement);
      const tags = comment?.tags ?? [];
      const examples = tags.filter(({ tagName }) => tagName.text === 'example');
      const { line } = source.getLineAndCharacterOfPosition((comment ?? found.statement).getStart(source));
      return {
        name,
        file: source.fileName,
        line: line + 1,
        ...shapeOf(source, found.statement, original),
        ...separate(plain(comment?.comment)),
        examples: examples.map(({ comment: text }) => plain(text)),
      };
    }),
  );
}
