// How large core is in an application's bundle; tools/size.mjs builds the bundles.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { atMost } from './harness/group.mjs';

const root = path.dirname(import.meta.dirname);

/** @type {import('./harness/group.mjs').Group} */
export default {
  title: 'Size',
  about:
    'What an application’s bundle gains, minified by esbuild and gzipped; `npm run size` alone shows the same.',
  async measure() {
    const { stdout, status } = spawnSync(process.execPath, [path.join(root, 'tools', 'size.mjs')], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error('tools/size.mjs failed');
    const rows = stdout
      .split('\n')
      .filter((line) => line.includes(' kB |'))
      .map((line) => {
        const [, name = '', , gzipped = '', without = ''] = line.split('|').map((cell) => cell.trim());
        return { name, gzipped: Number.parseFloat(gzipped), without: Number.parseFloat(without) };
      });
    const of = (/** @type {string} */ start) => {
      const row = rows.find(({ name }) => name.startsWith(start));
      if (row === undefined) throw new Error(`tools/size.mjs has no line "${start}"`);
      return row;
    };
    return {
      figures: rows.flatMap(({ name, gzipped, without }) => [
        { name, value: gzipped, unit: 'kB' },
        { name: `${name}, without zod`, value: without, unit: 'kB' },
      ]),
      targets: [
        atMost('decision path, without zod', 12, of('the decision path').without, 'kB'),
        atMost('the whole of core, with zod’s small build', 40, of('the whole of core').gzipped, 'kB'),
      ],
    };
  },
};
