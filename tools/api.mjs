// The public-API report: every name that a package exports, with its declaration and without the comments, so that a
// change of what others build on shows in a diff. `npm run docs` writes it and `npm test` compares it.
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { published, specifiersOf, typesOf } from './packaging/published.mjs';

/**
 * @typedef {{ name: string, local: string, isType: boolean }} Exported
 * @typedef {{ exported: Exported[], declarations: Map<string, string[]>, augmentations: string[],
 *   uses: Map<string, Set<string>>, imports: Map<string, string> }} Surface
 */

const printer = ts.createPrinter({ removeComments: true, newLine: ts.NewLineKind.LineFeed });

/** The names that a statement declares. @param {ts.Statement} statement @returns {string[]} */
function namesOf(statement) {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap(({ name }) =>
      ts.isIdentifier(name) ? [name.text] : [],
    );
  const named =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isEnumDeclaration(statement) ||
    ts.isModuleDeclaration(statement);
  return named && statement.name !== undefined ? [statement.name.text] : [];
}

/** Adds to the list under a key. @template T @param {Map<string, T[]>} lists @param {string} key @param {T} value */
function push(lists, key, value) {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

/** Every identifier below a node. @param {ts.Node} node @param {Set<string>} found */
function identifiersOf(node, found) {
  if (ts.isIdentifier(node)) found.add(node.text);
  ts.forEachChild(node, (child) => identifiersOf(child, found));
}

/** @param {ts.Statement} statement */
const isAugmentation = (statement) =>
  ts.isModuleDeclaration(statement) &&
  (ts.isStringLiteral(statement.name) || (statement.flags & ts.NodeFlags.GlobalAugmentation) !== 0);

/** Reads one file of types, in which everything of the package lies together. @param {string} text @returns {Surface} */
export function readSurface(text) {
  const source = ts.createSourceFile('index.d.ts', text, ts.ScriptTarget.Latest, true);
  /** @type {Surface} */
  const surface = {
    exported: [],
    declarations: new Map(),
    augmentations: [],
    uses: new Map(),
    imports: new Map(),
  };
  for (const statement of source.statements) {
    const shown = () => printer.printNode(ts.EmitHint.Unspecified, statement, source);
    if (ts.isExportDeclaration(statement)) {
      const { exportClause, moduleSpecifier } = statement;
      if (moduleSpecifier !== undefined || exportClause === undefined || !ts.isNamedExports(exportClause))
        throw new Error(`an export that names nothing of its own: ${shown()}`);
      for (const { name, propertyName, isTypeOnly } of exportClause.elements)
        surface.exported.push({
          name: name.text,
          local: (propertyName ?? name).text,
          isType: isTypeOnly || statement.isTypeOnly,
        });
    } else if (ts.isImportDeclaration(statement)) {
      /** @type {Set<string>} */
      const names = new Set();
      if (statement.importClause !== undefined) identifiersOf(statement.importClause, names);
      for (const name of names)
        surface.imports.set(name, /** @type {ts.StringLiteral} */ (statement.moduleSpecifier).text);
    } else if (isAugmentation(statement)) {
      surface.augmentations.push(shown());
    } else {
      const names = namesOf(statement);
      if (names.length === 0) throw new Error(`a statement that is no declaration: ${shown()}`);
      /** @type {Set<string>} */
      const used = new Set();
      identifiersOf(statement, used);
      for (const name of names) {
        push(surface.declarations, name, shown());
        surface.uses.set(name, new Set([...(surface.uses.get(name) ?? []), ...used]));
      }
    }
  }
  return surface;
}

/** Declarations that exported ones refer to though they have no name outside. @param {Surface} surface @returns {string[]} */
function reachable({ exported, declarations, uses }) {
  const seen = new Set(exported.map(({ local }) => local));
  const waiting = [...seen];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    for (const next of uses.get(name) ?? []) {
      if (seen.has(next) || !declarations.has(next)) continue;
      seen.add(next);
      waiting.push(next);
    }
  }
  const own = new Set(exported.map(({ local }) => local));
  return [...seen].filter((name) => !own.has(name));
}

/** @param {string} a @param {string} b */
const byName = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/** @param {readonly string[]} texts */
const block = (texts) => `\`\`\`ts\n${texts.join('\n\n')}\n\`\`\``;

/** The sections of one entry. @param {Surface} surface @returns {string[]} */
export function renderSurface(surface) {
  const { exported, declarations, augmentations, imports } = surface;
  /** @param {Exported} each */
  const shown = ({ name, local }) => {
    const texts = declarations.get(local);
    const alias = name === local ? [] : [`// exported as ${name}`];
    if (texts !== undefined) return [...alias, ...texts].join('\n');
    const from = imports.get(local);
    if (from === undefined) throw new Error(`${name} is exported and declared nowhere`);
    return `export { ${name} } from '${from}';`;
  };
  const sorted = exported.toSorted((a, b) => byName(a.name, b.name));
  const inner = reachable(surface)
    .sort(byName)
    .flatMap((name) => declarations.get(name) ?? []);
  /** @type {[string, string[]][]} */
  const sections = [
    ['Values', sorted.filter(({ isType }) => !isType).map(shown)],
    ['Types', sorted.filter(({ isType }) => isType).map(shown)],
    ['What it adds to the types of others', augmentations],
    ['Referred to, and not exported', inner],
  ];
  return sections.flatMap(([title, texts]) => (texts.length === 0 ? [] : [`### ${title}`, block(texts)]));
}

const notice = '<!-- Generated by `npm run docs`: do not edit. -->';

/**
 * The report as parts of the documentation: a page for each package that can be imported, and a list of them.
 *
 * @returns {{ file: string, render: () => string }[]}
 */
export function apiReports() {
  const libraries = published().filter(({ manifest }) => manifest.exports !== undefined);
  /** @param {typeof libraries[number]} each */
  const surfacesOf = (each) =>
    specifiersOf(each.manifest).map(({ entry, specifier }) => {
      const file = typesOf(each, entry);
      if (file === null) throw new Error(`${specifier} has no types: run npm run build`);
      return { specifier, surface: readSurface(readFileSync(file, 'utf8')) };
    });
  const pages = libraries.map((each) => ({
    file: `docs/reference/api/${each.id}.md`,
    render: () =>
      [
        `# ${each.manifest.name}`,
        notice,
        ...surfacesOf(each).flatMap(({ specifier, surface }) => [
          `## \`${specifier}\``,
          ...renderSurface(surface),
        ]),
      ].join('\n\n'),
  }));
  const index = {
    file: 'docs/reference/api/README.md',
    render: () => {
      const lines = libraries.flatMap((each) =>
        surfacesOf(each).map(({ specifier, surface: { exported } }) => {
          const types = exported.filter(({ isType }) => isType).length;
          return `| [\`${specifier}\`](${each.id}.md) | ${exported.length - types} | ${types} |`;
        }),
      );
      return [
        '# Public API',
        notice,
        'What each package exports, with its signature. A change here is a change for others: it needs a changeset, and ' +
          'whatever is removed or narrowed a new major version.',
        ['| import | values | types |', '| --- | --- | --- |', ...lines].join('\n'),
      ].join('\n\n');
    },
  };
  return [index, ...pages];
}
