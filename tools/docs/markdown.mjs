// Reads Markdown: which pages there are, and the fences, headings and links of one.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../scripts/pnpm.mjs';

/**
 * @typedef {{ language: string, code: string, line: number, mark: string | null }} Fence
 *   `line` is that of the code's first line; `mark` is the text of the HTML comment right above, if there is one
 * @typedef {{ to: string, line: number }} Link
 */

const isPage = /^(?:[^/]+|docs\/(?!site\/).+|(?:packages|examples)\/[^/]+\/README)\.md$/;

/** Every file below a folder, as a path from the root with forward slashes. @param {string} folder @returns {string[]} */
const filesBelow = (folder) =>
  readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'node_modules' || entry.name === 'dist' || entry.name.startsWith('.')) return [];
    const file = folder === '' ? entry.name : `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(file) : [file];
  });

/** Every page of the documentation, as a path from the root with forward slashes. @returns {readonly string[]} */
export const pages = () =>
  filesBelow('')
    .filter((file) => isPage.test(file))
    .sort();

/** @param {string} page */
export const textOf = (page) => readFileSync(path.join(root, page), 'utf8');

/** @param {string} page */
export const isThere = (page) => existsSync(path.join(root, page));

const opening = /^( {0,3})(`{3,}|~{3,})\s*([\w+-]*)/;

/**
 * The fenced blocks of a page, in order.
 *
 * @param {string} text
 * @returns {readonly Fence[]}
 */
export function fencesIn(text) {
  const lines = text.split('\n');
  /** @type {Fence[]} */
  const fences = [];
  for (let at = 0; at < lines.length; at++) {
    const [, indent = '', ticks = '', language = ''] = opening.exec(lines[at] ?? '') ?? [];
    if (ticks === '') continue;
    const start = at + 1;
    while (++at < lines.length && (lines[at] ?? '').trim() !== ticks);
    const code = lines.slice(start, at).map((line) => line.replace(new RegExp(`^${indent}`), ''));
    fences.push({
      language: language.toLowerCase(),
      code: code.map((line) => `${line}\n`).join(''),
      line: start + 1,
      mark: markAbove(lines, start - 2),
    });
  }
  return fences;
}

/** The comment that ends at a line or at the blank one below it. @param {readonly string[]} lines @param {number} from */
function markAbove(lines, from) {
  const last = lines[from]?.trim() === '' ? from - 1 : from;
  return /^\s*<!--\s*(.*?)\s*-->\s*$/.exec(lines[last] ?? '')?.[1] ?? null;
}

/** The page with every fence blanked out, line for line. @param {string} text */
function withoutFences(text) {
  let ticks = '';
  return text
    .split('\n')
    .map((line) => {
      const opened = opening.exec(line)?.[2] ?? '';
      if (ticks === '' && opened === '') return line;
      if (ticks === '') ticks = opened;
      else if (line.trim() === ticks) ticks = '';
      return '';
    })
    .join('\n');
}

/** As GitHub names a heading: lower case, spaces to hyphens, punctuation dropped. @param {string} heading */
const slug = (heading) =>
  heading
    .replace(/<[^>]*>/g, '')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
    .replaceAll(' ', '-');

/** Every name that a link into the page can end in. @param {string} text @returns {ReadonlySet<string>} */
export function anchorsIn(text) {
  const plain = withoutFences(text);
  /** @type {Set<string>} */
  const anchors = new Set([...plain.matchAll(/<a (?:id|name)="([^"]+)">/g)].map(([, id = '']) => id));
  for (const [, heading = ''] of plain.matchAll(/^#{1,6}\s+(.*?)\s*#*$/gm)) {
    const name = slug(heading);
    let free = name;
    for (let count = 1; anchors.has(free); count++) free = `${name}-${count}`;
    anchors.add(free);
  }
  return anchors;
}

/** The links and images of a page, also by reference. @param {string} text @returns {readonly Link[]} */
export function linksIn(text) {
  const plain = withoutFences(text).replace(/`[^`\n]*`/g, (code) => ' '.repeat(code.length));
  const found = [
    ...plain.matchAll(/\]\(\s*<?([^()\s>]+)>?(?:\s+"[^"]*")?\s*\)/g),
    ...plain.matchAll(/^\s*\[[^\]]+\]:\s*(\S+)/gm),
    ...plain.matchAll(/\b(?:href|src)="([^"]+)"/g),
  ];
  return found.map((match) => ({
    to: match[1] ?? '',
    line: plain.slice(0, match.index).split('\n').length,
  }));
}
