// Reads one TypeScript source with the compiler's own parser: what it imports, and which of the host's doings it uses.
import ts from 'typescript';

/**
 * @typedef {{ specifier: string, line: number }} Import
 * @typedef {'clock' | 'random' | 'host' | 'timer' | 'async' | 'async-type'} UseKind
 * @typedef {{ kind: UseKind, what: string, line: number }} Use
 */

/** Globals that reach outside of a pure module. @type {ReadonlyMap<string, UseKind>} */
const globals = new Map([
  ['process', 'host'],
  ['globalThis', 'host'],
  ['Buffer', 'host'],
  ['console', 'host'],
  ['fetch', 'host'],
  ['require', 'host'],
  ['__dirname', 'host'],
  ['__filename', 'host'],
  ['crypto', 'random'],
  ['performance', 'clock'],
  ['setTimeout', 'timer'],
  ['setInterval', 'timer'],
  ['setImmediate', 'timer'],
  ['queueMicrotask', 'timer'],
]);

const asyncTypes = new Set([
  'Promise',
  'PromiseLike',
  'Awaited',
  'AsyncIterable',
  'AsyncIterator',
  'AsyncGenerator',
]);

/** The name in `a.name` or `a['name']`. @param {ts.Node} node */
function memberOf(node) {
  if (ts.isPropertyAccessExpression(node)) return { object: node.expression, name: node.name.text };
  if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression)) {
    return { object: node.expression, name: node.argumentExpression.text };
  }
  return null;
}

/** True where an identifier only names a member, a binding or an export and reads no variable. @param {ts.Identifier} node */
function isOnlyName(node) {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isQualifiedName(parent)) return parent.right === node;
  if (ts.isBindingElement(parent) || ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent)) {
    return parent.propertyName === node;
  }
  if (ts.isShorthandPropertyAssignment(parent)) return false;
  const isMember =
    ts.isObjectLiteralElementLike(parent) || ts.isTypeElement(parent) || ts.isClassElement(parent);
  return (isMember || ts.isEnumMember(parent) || ts.isNamedTupleMember(parent)) && parent.name === node;
}

/** @param {ts.Node} node */
function isInType(node) {
  for (let at = node; at !== undefined; at = at.parent) {
    if (ts.isTypeNode(at) || ts.isInterfaceDeclaration(at) || ts.isTypeAliasDeclaration(at)) return true;
  }
  return false;
}

/** The text of the module that a node imports, or null. @param {ts.Node} node */
function importedBy(node) {
  /** @param {ts.Node | undefined} text */
  const literal = (text) => (text !== undefined && ts.isStringLiteralLike(text) ? text.text : null);
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return literal(node.moduleSpecifier);
  if (ts.isExternalModuleReference(node)) return literal(node.expression);
  if (ts.isImportTypeNode(node))
    return ts.isLiteralTypeNode(node.argument) ? literal(node.argument.literal) : null;
  if (!ts.isCallExpression(node)) return null;
  const isDynamic = node.expression.kind === ts.SyntaxKind.ImportKeyword;
  const isRequire = ts.isIdentifier(node.expression) && node.expression.text === 'require';
  // A computed specifier cannot be checked, and so it counts as a module of its own that nobody may import.
  return isDynamic || isRequire ? (literal(node.arguments[0]) ?? '(computed)') : null;
}

/** What a node uses, or null. @param {ts.Node} node @returns {{ kind: UseKind, what: string } | null} */
function usedBy(node) {
  const member = memberOf(node);
  if (member !== null && ts.isIdentifier(member.object)) {
    if (member.object.text === 'Date' && member.name === 'now') return { kind: 'clock', what: 'Date.now' };
    if (member.object.text === 'Math' && member.name === 'random')
      return { kind: 'random', what: 'Math.random' };
  }
  const isDate = (/** @type {ts.Expression} */ callee) => ts.isIdentifier(callee) && callee.text === 'Date';
  if (ts.isNewExpression(node) && isDate(node.expression) && (node.arguments ?? []).length === 0) {
    return { kind: 'clock', what: 'new Date() without an argument' };
  }
  if (ts.isCallExpression(node)) {
    if (isDate(node.expression)) return { kind: 'clock', what: 'Date()' };
    const called = memberOf(node.expression);
    if (called?.name === 'then') return { kind: 'async', what: '.then()' };
  }
  if (node.kind === ts.SyntaxKind.AsyncKeyword) return { kind: 'async', what: 'async' };
  if (ts.isAwaitExpression(node)) return { kind: 'async', what: 'await' };
  if (ts.isForOfStatement(node) && node.awaitModifier !== undefined)
    return { kind: 'async', what: 'for await' };
  if (!ts.isIdentifier(node) || isOnlyName(node)) return null;
  if (asyncTypes.has(node.text)) return { kind: isInType(node) ? 'async-type' : 'async', what: node.text };
  const kind = globals.get(node.text);
  return kind === undefined ? null : { kind, what: node.text };
}

/**
 * What a source imports and uses, with line numbers.
 *
 * @param {string} file
 * @param {string} text
 * @returns {{ imports: Import[], uses: Use[] }}
 */
export function readSource(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  /** @type {Import[]} */
  const imports = [];
  /** @type {Use[]} */
  const uses = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
    const specifier = importedBy(node);
    if (specifier !== null) imports.push({ specifier, line });
    const use = usedBy(node);
    if (use !== null) uses.push({ ...use, line });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { imports, uses };
}
