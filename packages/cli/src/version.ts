import { readFileSync } from 'node:fs';

/** The version of this package; its manifest lies one folder above both the sources and the build. */
export function version(): string {
  const manifest: { readonly version?: string } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  );
  return manifest.version ?? 'unknown';
}
