// `npm run sbom [folder]`: writes the bill of materials of every published package, proven against the schema of
// CycloneDX 1.6. SOURCE_DATE_EPOCH (seconds) gives them the instant of the release.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { root } from '../scripts/pnpm.mjs';
import { bomOf } from './packaging/bom.mjs';
import { readLockfile } from './packaging/lockfile.mjs';
import { published } from './packaging/published.mjs';

const target = path.resolve(process.argv[2] ?? path.join(root, 'reports', 'sbom'));
const epoch = process.env.SOURCE_DATE_EPOCH;
const at = epoch === undefined ? undefined : Number(epoch) * 1000;
const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
const lockfile = readLockfile();
const all = published();
let problems = 0;

mkdirSync(target, { recursive: true });
for (const each of all) {
  const bom = bomOf(each, all, lockfile, { at });
  const text = `${JSON.stringify(bom, null, 2)}\n`;
  const flaw = await validator.validate(text);
  if (flaw !== null) {
    problems += 1;
    console.error(`${each.manifest.name}: ${JSON.stringify(flaw)}`);
  }
  writeFileSync(path.join(target, `${each.id}.cdx.json`), text);
  console.log(`${each.manifest.name}: ${bom.components.length} components`);
}
console.log(`sbom: ${all.length} documents in ${path.relative(process.cwd(), target)}, ${problems} problems`);
process.exitCode = problems > 0 || all.length === 0 ? 1 : 0;
