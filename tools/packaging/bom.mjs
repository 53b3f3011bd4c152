// A software bill of materials in CycloneDX for one published package: itself, what it brings at run time as locked and
// tested here, and who needs whom. Peers are left out: their versions are the application's.
import { createHash } from 'node:crypto';
import { licenceOf } from './licences.mjs';
import { componentsOf } from './lockfile.mjs';

/**
 * @typedef {import('./published.mjs').Published} Published
 * @typedef {import('./lockfile.mjs').Lockfile} Lockfile
 */

/** 'pkg:npm/%40latchkey/core@1.0.0'. @param {string} name @param {string} version */
const purl = (name, version) =>
  `pkg:npm/${name.replace('@', '%40')}@${encodeURIComponent(version).replaceAll('%2B', '+')}`;

/** @param {string} name */
function named(name) {
  const [group, short] = name.split('/');
  return short === undefined ? { name } : { group, name: short };
}

/** @param {string | null} licence */
function licences(licence) {
  if (licence === null) return {};
  return { licenses: [/[ ()]/.test(licence) ? { expression: licence } : { license: { id: licence } }] };
}

/** 'sha512-…' of the lockfile as CycloneDX writes it. @param {string} integrity */
function hashes(integrity) {
  const [algorithm = '', digest = ''] = integrity.split('-', 2);
  return [{ alg: algorithm.replace('sha', 'SHA-'), content: Buffer.from(digest, 'base64').toString('hex') }];
}

/** @param {Published} of @param {string} type */
const ownComponent = ({ manifest: { name, version, description, license } }, type) => ({
  type,
  'bom-ref': purl(name, version),
  ...named(name),
  version,
  ...(description === undefined ? {} : { description }),
  ...licences(license ?? null),
  purl: purl(name, version),
});

/** @param {Published} of */
const wantedBy = ({ manifest }) =>
  Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });

/**
 * The document for one package.
 *
 * @param {Published} subject
 * @param {readonly Published[]} all
 * @param {Lockfile} lockfile
 * @param {{ at?: number | undefined }} [options] `at`: the instant of the release in epoch ms; without it the same
 *   sources give the same text
 */
export function bomOf(subject, all, lockfile, { at } = {}) {
  const byName = new Map(all.map((each) => [each.manifest.name, each]));
  /** @type {Map<string, object>} */
  const components = new Map();
  /** @type {Map<string, string[]>} */
  const dependencies = new Map();
  /** @param {Published} each */
  const visit = (each) => {
    const ref = purl(each.manifest.name, each.manifest.version);
    if (dependencies.has(ref)) return;
    const neighbours = wantedBy(each).flatMap((name) => byName.get(name) ?? []);
    const others = wantedBy(each).filter((name) => !byName.has(name));
    const { direct, components: found } = componentsOf(lockfile, `packages/${each.id}`, others);
    /** @param {string} id */
    const refOf = (id) => {
      const component = found.get(id);
      if (component === undefined) throw new Error(`${id} is referred to and not there`);
      return purl(component.name, component.version);
    };
    dependencies.set(ref, [
      ...neighbours.map(({ manifest }) => purl(manifest.name, manifest.version)),
      ...direct.map(refOf),
    ]);
    if (each !== subject) components.set(ref, ownComponent(each, 'library'));
    for (const { name, version, integrity, dependencies: next } of found.values()) {
      const own = purl(name, version);
      components.set(own, {
        type: 'library',
        'bom-ref': own,
        ...named(name),
        version,
        hashes: hashes(integrity),
        ...licences(licenceOf(name, version)),
        purl: own,
      });
      dependencies.set(own, next.map(refOf));
    }
    for (const neighbour of neighbours) visit(neighbour);
  };
  visit(subject);
  const body = {
    metadata: {
      ...(at === undefined ? {} : { timestamp: new Date(at).toISOString() }),
      component: ownComponent(subject, subject.manifest.bin === undefined ? 'library' : 'application'),
    },
    components: [...components].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, component]) => component),
    dependencies: [...dependencies]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([ref, dependsOn]) => ({ ref, dependsOn: dependsOn.sort() })),
  };
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify(body))}`,
    version: 1,
    ...body,
  };
}

/** A UUID that follows from a text: the same document has the same number. @param {string} text */
function uuidOf(text) {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
