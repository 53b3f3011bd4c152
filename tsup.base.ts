import { defineConfig, type Options } from 'tsup';

/** An esbuild plugin; tsup does not export the type. */
type Plugin = NonNullable<Options['esbuildPlugins']>[number];

/** What a library may choose of its build. */
interface LibraryOptions {
  readonly entry?: string[];
  readonly modules?: boolean;
}

/** Keeps one output file per source file: relative imports stay imports and get the extension of the output. */
const keepModules: Plugin = {
  name: 'keep-modules',
  setup(build) {
    build.onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ kind, path }) =>
      kind === 'entry-point' ? null : { path: path.replace(/\.ts$/, '.js'), external: true },
    );
  },
};

const base = {
  target: 'node20',
  sourcemap: true,
  clean: false,
  silent: true,
  // Without the prefix only Node itself, and not every other runtime, knows its modules.
  removeNodeProtocol: false,
} as const satisfies Options;

/**
 * The build of a library: ESM, CJS and types for both.
 *
 * With `modules`, the ESM output keeps the files of `src/`, so that any bundler drops what an application does not
 * import; beside it lies `node.js`, the same in one file, which Node loads faster. Otherwise it is one file an entry.
 */
export function library({ entry = ['src/index.ts'], modules = false }: LibraryOptions = {}) {
  const esm: Options[] = modules
    ? [
        { ...base, format: 'esm', entry: ['src/**/*.ts'], splitting: false, esbuildPlugins: [keepModules] },
        { ...base, format: 'esm', entry: { node: 'src/index.ts' } },
      ]
    : [{ ...base, format: 'esm', entry }];
  return defineConfig([
    ...esm,
    // @noble/hashes has no CJS build, and not every loader can require ESM: the CJS build carries its own copy.
    { ...base, format: 'cjs', entry, noExternal: [/^@noble\/hashes/] },
    {
      ...base,
      format: ['esm', 'cjs'],
      entry,
      // tsup sets `baseUrl`, which TypeScript 6 reports unless told not to.
      dts: { only: true, compilerOptions: { ignoreDeprecations: '6.0' } },
    },
  ]);
}

/** The build of a program: ESM only, without types, because nobody imports it. */
export function program({ entry = ['src/main.ts'] }: { entry?: string[] } = {}) {
  return defineConfig({ ...base, format: 'esm', entry });
}
