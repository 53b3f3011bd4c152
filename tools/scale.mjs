// `npm run scale -- memory|sql|redis|billion …`: how the stores grow; each is a script of its own, see there.
import { existsSync } from 'node:fs';
import process from 'node:process';

const [, , what = 'billion', ...rest] = process.argv;
const script = new URL(`./scale-${what}.mjs`, import.meta.url);
if (what === 'sample' || !/^[a-z]+$/.test(what) || !existsSync(script)) {
  console.error('npm run scale -- memory | sql | redis | billion [options]');
  process.exit(1);
}
process.argv.splice(2, process.argv.length, ...rest);
await import(script.href);
