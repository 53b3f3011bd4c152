import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Was the module with this `import.meta.url` started as the program? Links in the path do not matter.
 *
 * @param {string} url
 */
export const isMain = (url) =>
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(url);
