import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../../..');
const FOLDERS = ['docs', 'src', 'client', 'test/fixtures'];

const pages = [
  ...readdirSync(ROOT),
  ...FOLDERS.flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => path.join(folder, file)),
  ),
].filter((file) => file.endsWith('.md') && !file.includes('node_modules'));

const proseOf = (markdown: string) => markdown.replace(/^```[^]*?^```/gm, '');

/** Returns the anchors that GitHub gives to the headings of a page. */
function anchorsOf(markdown: string): Set<string> {
  const headings = [...proseOf(markdown).matchAll(/^#+ (.*)$/gm)].map(([, text]) => text);
  return new Set(
    headings.map((text) =>
      text
        .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}_\- ]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** Returns the relative links of a page that lead to no file, or to no heading of it. */
function brokenLinks(page: string, markdown: string, read: (file: string) => string | null): string[] {
  const links = [...proseOf(markdown).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link);
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [file, anchor] = link.split('#');
    const target = file === '' ? markdown : read(path.join(path.dirname(page), file));
    return target === null || (anchor !== undefined && !anchorsOf(target).has(anchor));
  });
}

const readFromRoot = (file: string): string | null => {
  const found = path.join(ROOT, file);
  if (!existsSync(found)) return null;
  return file.endsWith('.md') ? readFileSync(found, 'utf8') : '';
};

it('finds links to missing files and headings', () => {
  const read = (file: string) => (file === 'docs/b.md' ? '# `bench`: measure\n\n```\n# not a heading\n```\n' : null);
  const text =
    '# A\n[1](b.md) [2](b.md#bench-measure) [3](#a) [4](c.md) [5](b.md#not-a-heading) [6](#b) [7](https://x/#y)';
  expect(brokenLinks('docs/a.md', text, read)).toEqual(['c.md', 'b.md#not-a-heading', '#b']);
});

it('reads all pages of documentation', () => expect(pages.length).toBeGreaterThan(50));

it.each(pages)('%s has no broken links', (page) => {
  expect(brokenLinks(page, readFileSync(path.join(ROOT, page), 'utf8'), readFromRoot)).toEqual([]);
});
