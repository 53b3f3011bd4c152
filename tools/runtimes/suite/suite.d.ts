/** The test files of core by their path below its tests; the command that bundles makes this module. */
declare module 'virtual:suite' {
  export const files: Readonly<Record<string, () => Promise<unknown>>>;
}
