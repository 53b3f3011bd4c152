// Makes one file of an area's tests and of everything below packages/ that they import.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

/**
 * Bundles the tests of an area in a sandbox, once for all processes that work in it; gives the file.
 *
 * @param {string} root @param {readonly string[]} files
 */
export async function bundleTests(root, files) {
  // Beside the tests of core, so that the packages they import are found as they are there.
  const outfile = path.join(root, 'packages/core/test', `mutation-${process.pid}.mjs`);
  if (existsSync(outfile)) return outfile;
  const capped = path.join(root, 'tools/mutation/capped.ts');
  await build({
    stdin: {
      contents: `export const files = {\n${files
        .map((file) => `  ${JSON.stringify(file)}: () => import(${JSON.stringify(`./${file}`)}),`)
        .join('\n')}\n};\n`,
      resolveDir: root,
    },
    outfile,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform: 'node',
    packages: 'external',
    treeShaking: false,
    ignoreAnnotations: true,
    logLevel: 'error',
    plugins: [
      {
        name: 'latchkey-sources',
        setup({ onResolve }) {
          // By their links the packages would find the core outside the sandbox, which is not changed.
          onResolve({ filter: /^@latchkey\// }, ({ path: name }) => ({
            path: path.join(root, 'packages', name.replace('@latchkey/', ''), 'src/index.ts'),
          }));
          onResolve({ filter: /^fast-check$/ }, ({ importer }) =>
            importer === capped ? { path: 'fast-check', external: true } : { path: capped },
          );
        },
      },
    ],
  });
  return outfile;
}
