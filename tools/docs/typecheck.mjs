// Checks the types of snippets against the built packages, as somebody does who writes them into a project.
import path from 'node:path';
import ts from 'typescript';

/** @type {ts.CompilerOptions} */
const options = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  allowJs: true,
  types: ['node'],
};

/**
 * The errors of each file, by its name.
 *
 * @param {readonly string[]} files
 * @returns {ReadonlyMap<string, readonly string[]>}
 */
export function typeErrors(files) {
  const folder = path.dirname(files[0] ?? '.');
  const program = ts.createProgram(files, {
    ...options,
    typeRoots: [path.join(folder, 'node_modules/@types')],
  });
  return new Map(
    files.map((file) => {
      const source = program.getSourceFile(file);
      const found = ts.getPreEmitDiagnostics(program, source);
      return [
        file,
        found.map(({ messageText, start }) => {
          const { line } = source?.getLineAndCharacterOfPosition(start ?? 0) ?? { line: 0 };
          return `line ${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
        }),
      ];
    }),
  );
}
