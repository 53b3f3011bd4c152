// How large core is in an application's bundle: minified by esbuild and gzipped, with zod and without it.
import { createRequire } from 'node:module';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from '../scripts/pnpm.mjs';

const fromHere = createRequire(import.meta.url);
// esbuild comes with tsup; a second copy of another version would measure something else than what is shipped.
/** @type {{ build(options: object): Promise<{ outputFiles: { contents: Uint8Array }[] }> }} */
const esbuild = createRequire(fromHere.resolve('tsup/package.json'))('esbuild');
const core = path.join(root, 'packages', 'core');

/** The names that an application imports, by what it wants of core. @type {Record<string, string>} */
const uses = {
  'the table alone: decide': 'export { decide } from "@latchkey/core";',
  'the decision path: policy, facts, verdict':
    'export { compileDigests, compilePolicy, conclude, gather } from "@latchkey/core";',
  'the engine: createLatchkey': 'export { createLatchkey } from "@latchkey/core";',
  'the whole of core': 'export * from "@latchkey/core";',
};

/** Minified and gzipped bytes. @param {string} contents @param {string[]} external */
async function sizeOf(contents, external) {
  const { outputFiles } = await esbuild.build({
    stdin: { contents, resolveDir: core },
    alias: { '@latchkey/core': path.join(core, 'dist', 'index.js') },
    external,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
    logLevel: 'error',
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error('esbuild wrote nothing');
  return { minified: output.contents.length, gzipped: gzipSync(output.contents, { level: 9 }).length };
}

const kilobytes = (/** @type {number} */ bytes) => `${(bytes / 1000).toFixed(1)} kB`;

console.log('| bundle | min | min+gzip | min+gzip without zod |\n| --- | --- | --- | --- |');
for (const [name, contents] of Object.entries(uses)) {
  const whole = await sizeOf(contents, []);
  const without = await sizeOf(contents, ['zod', 'zod/*']);
  console.log(`| ${name} | ${[whole.minified, whole.gzipped, without.gzipped].map(kilobytes).join(' | ')} |`);
}
