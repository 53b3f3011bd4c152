// Finds links in the documentation that lead nowhere: a file that is not there, or a heading that a page lacks.
import path from 'node:path';
import { anchorsIn, isThere, linksIn } from './markdown.mjs';

const scheme = /^[a-z][a-z0-9+.-]*:/i;

/**
 * The dead links of a page, one line each. Links to other sites are not followed, but they have to be https.
 *
 * @param {string} page a path from the root, with forward slashes
 * @param {(page: string) => string} read
 * @param {(file: string) => boolean} exists
 */
export function deadLinks(page, read, exists = isThere) {
  return linksIn(read(page)).flatMap(({ to, line }) => {
    const where = `${page}:${line}`;
    if (scheme.test(to)) return /^(https|mailto):/i.test(to) ? [] : [`${where} ${to} is not https`];
    const [file = '', anchor] = to.split('#');
    const target = file === '' ? page : path.posix.normalize(path.posix.join(path.posix.dirname(page), file));
    if (file.startsWith('/') || target.startsWith('../'))
      return [`${where} ${to} leads out of the repository`];
    if (!exists(target)) return [`${where} ${to} is not there`];
    if (anchor === undefined || !target.endsWith('.md')) return [];
    return anchorsIn(read(target)).has(decodeURIComponent(anchor))
      ? []
      : [`${where} ${to} names no heading of ${target}`];
  });
}
