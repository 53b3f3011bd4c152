import { describe, expect, it } from 'vitest';
import { deadLinks } from '../docs/links.mjs';
import { anchorsIn, fencesIn, linksIn, pages, textOf } from '../docs/markdown.mjs';

describe('links in the documentation', () => {
  it.each(pages().map((page) => [page]))('%s has no dead link', (page) => {
    expect(deadLinks(page, textOf)).toEqual([]);
  });

  it('lead from docs/README.md to every page of the guide', () => {
    const linked = linksIn(textOf('docs/README.md')).map(({ to }) => `docs/${to}`);
    const guide = pages().filter((page) => /^docs\/(?:guide|extend)\//.test(page));
    expect(guide.filter((page) => !linked.includes(page))).toEqual([]);
  });

  it('are found dead where file or heading is missing, and only there', () => {
    const files = new Map([
      [
        'docs/a.md',
        '# A b\n[ok](b.md#c-d) [no](c.md) [no](b.md#e) [ok](#a-b) [ok](https://example.org/x)\n`[code](x.md)`\n```\n[code](y.md)\n```\n[out](../../z.md) [plain](http://example.org)\n',
      ],
      ['docs/b.md', '## C, `d`!\n'],
    ]);
    const dead = deadLinks(
      'docs/a.md',
      (page) => files.get(page) ?? '',
      (file) => files.has(file),
    );
    expect(dead.map((line) => line.split(' ')[1])).toEqual([
      'c.md',
      'b.md#e',
      '../../z.md',
      'http://example.org',
    ]);
  });

  it('reach headings by the names that GitHub gives them, and anchors written out', () => {
    const anchors = anchorsIn(
      '# The `x-y` of Z: 1\n## Twice\n## Twice\n<a id="own"></a>\n```\n# code\n```\n',
    );
    expect([...anchors].sort()).toEqual(['own', 'the-x-y-of-z-1', 'twice', 'twice-1']);
  });
});

describe('fences', () => {
  it('keep their language, their line and the comment above', () => {
    const page =
      'x\n<!-- snippet: not run: why -->\n\n```TS\na\n  b\n```\n\n```\nplain\n```\n~~~~sh\n```\n~~~~\n';
    expect(fencesIn(page)).toEqual([
      { language: 'ts', code: 'a\n  b\n', line: 5, mark: 'snippet: not run: why' },
      { language: '', code: 'plain\n', line: 10, mark: null },
      { language: 'sh', code: '```\n', line: 13, mark: null },
    ]);
  });
});
