// The documentation as a site. The pages are those of the repository, as they stand; only the way around is added here.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { defineConfig } from 'vitepress';

const root = path.resolve(import.meta.dirname, '../../..');

/** The first heading of a page. */
const titleOf = (page) => /^#\s+(.+)$/m.exec(readFileSync(path.join(root, page), 'utf8'))?.[1] ?? page;

const item = (page) => ({
  text: titleOf(page).replaceAll('`', ''),
  link: `/${page.replace(/README\.md$/, '').replace(/\.md$/, '')}`,
});

/** The pages of a folder, its README first. */
const pagesIn = (folder) =>
  readdirSync(path.join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .sort((a, b) => (a === 'README.md' ? -1 : b === 'README.md' ? 1 : a < b ? -1 : 1))
    .map((name) => item(`${folder}/${name}`));

/** Guide pages in the order of docs/README.md. */
const guide = [
  ...new Set(
    readFileSync(path.join(root, 'docs/README.md'), 'utf8').match(/(?<=\]\()guide\/[\w-]+\.md(?=\))/g),
  ),
].map((page) => item(`docs/${page}`));

const section = (text, items, collapsed = true) => ({ text, items, collapsed });

/** Links to sources and folders are for readers of the repository: here they become plain text. */
function plainLinksToSources(markdown) {
  const leads = (href, from) => {
    if (/^(?:[a-z]+:|#)/i.test(href)) return true;
    const file = path.join(root, path.dirname(from ?? ''), decodeURIComponent(href.split('#')[0]));
    return file.endsWith('.md') && existsSync(file) && statSync(file).isFile();
  };
  const inner = markdown.core.process.bind(markdown.core);
  markdown.core.process = (state) => {
    inner(state);
    for (const { children } of state.tokens)
      for (const token of children ?? []) {
        if (token.type !== 'link_open' && token.type !== 'link_close') continue;
        if (token.type === 'link_open') {
          const href = token.attrGet('href') ?? '';
          token.meta = { ...token.meta, plain: !leads(href, state.env.relativePath) };
          if (token.meta.plain) [token.tag, token.attrs] = ['span', []];
        }
      }
    for (const { children } of state.tokens) {
      const open = [];
      for (const token of children ?? []) {
        if (token.type === 'link_open') open.push(token);
        if (token.type === 'link_close' && open.pop()?.meta?.plain) token.tag = 'span';
      }
    }
  };
}

export default defineConfig({
  title: 'Latchkey',
  description: 'API tokens under an administrator’s policy, for any server',
  // Copied there by tools/site.mjs: pages outside of this folder would not find the modules that they become.
  srcDir: 'pages',
  outDir: path.join(import.meta.dirname, 'dist'),
  cacheDir: path.join(import.meta.dirname, '../node_modules/.cache'),
  rewrites: (page) => page.replace(/README\.md$/, 'index.md'),
  vite: { build: { chunkSizeWarningLimit: 2000 } },
  cleanUrls: true,
  lastUpdated: false,
  markdown: { config: plainLinksToSources, languageAlias: { caddyfile: 'nginx', console: 'shellsession' } },
  themeConfig: {
    search: { provider: 'local' },
    nav: [
      { text: 'Quick start', link: '/docs/guide/quick-start' },
      { text: 'Guide', link: '/docs/' },
      { text: 'Specification', link: '/docs/spec/' },
      { text: 'Reference', link: '/docs/reference/functions/' },
    ],
    sidebar: [
      section('Guide', guide, false),
      section('Extending', pagesIn('docs/extend'), false),
      section('Specification', pagesIn('docs/spec')),
      section('Decisions', pagesIn('docs/decisions')),
      section('Reference', [
        ...pagesIn('docs/reference'),
        section('Functions and types', pagesIn('docs/reference/functions')),
        section('Public API', pagesIn('docs/reference/api')),
      ]),
      section('Security', [item('SECURITY.md'), item('docs/guide/threat-model.md')]),
      section('Contributing', [item('CONTRIBUTING.md')]),
    ],
    outline: [2, 3],
  },
});
