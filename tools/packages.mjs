// The quick part of packaging: what manifests say, and the licences of what the packages need. The rest, with tarballs
// and installations, is `npm run packaging`.
import { runtimeLicences } from './packaging/licences.mjs';
import { allManifestProblems } from './packaging/manifests.mjs';
import { published } from './packaging/published.mjs';

const all = published();
const licences = runtimeLicences();
const problems = [...allManifestProblems(), ...licences.problems];
for (const problem of problems) console.error(problem);
console.log(
  `packages: ${all.length} to publish, ${licences.entries.length} needed by them, ${problems.length} problems`,
);
// A check of nothing would be green for the wrong reason.
process.exitCode = problems.length > 0 || all.length === 0 || licences.entries.length === 0 ? 1 : 0;
