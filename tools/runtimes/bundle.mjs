// Makes one file of what a runtime is to run.
import path from 'node:path';

/**
 * Bundles a source file with everything it imports, over the sources of core where `sources` is true and over the built
 * packages otherwise; gives the file. Nothing is dropped or rewritten, so that a runtime runs what was written.
 *
 * @param {import('./install.mjs').Runtimes} runtimes @param {string} source @param {string} name
 * @param {{ plugins?: readonly object[], sources?: boolean }} [options]
 */
export async function bundle({ scratch, esbuild }, source, name, { plugins = [], sources = false } = {}) {
  const outfile = path.join(scratch, `${name}.mjs`);
  await esbuild.build({
    entryPoints: [source],
    outfile,
    plugins,
    bundle: true,
    treeShaking: false,
    ignoreAnnotations: true,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: sources ? ['@latchkey/source'] : [],
    external: ['node:*'],
    logLevel: 'warning',
  });
  return outfile;
}
