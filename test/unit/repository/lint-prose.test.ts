import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const SCRIPTS = path.resolve(__dirname, '../../../scripts');
interface Rule {
  readonly pattern: string;
  readonly isCaseSensitive?: boolean;
  readonly write: string;
  readonly bad: string;
  readonly good: string;
}
const rules = JSON.parse(readFileSync(path.join(SCRIPTS, 'prose-rules.json'), 'utf8')) as Rule[];

const matches = ({ pattern, isCaseSensitive }: Rule, text: string) =>
  new RegExp(pattern, isCaseSensitive ? 'u' : 'iu').test(text);

describe('rules of lint:prose', () => {
  it.each(rules)('"$bad" breaks the rule, "$good" breaks none', (rule) => {
    expect(matches(rule, rule.bad)).toBe(true);
    expect(rules.filter((other) => matches(other, rule.good)).map(({ write }) => write)).toEqual([]);
  });
});

describe('npm run lint:prose', () => {
  let root: string;
  beforeEach(() => (root = mkdtempSync(path.join(tmpdir(), 'freshet-prose-'))));
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  };
  const lint = (...options: string[]) => {
    const { status, stderr } = spawnSync(process.execPath, [path.join(SCRIPTS, 'lint-prose.mjs'), root, ...options], {
      encoding: 'utf8',
    });
    return { status, lines: stderr.split('\n').filter((line) => line !== '') };
  };
  const baseline = () => JSON.parse(readFileSync(path.join(root, 'scripts/prose-baseline.json'), 'utf8')) as unknown;

  it('finds banned words in comments, messages, page texts and docs, with their lines', () => {
    write('src/a.ts', 'export const a = 1;\n\n/** First line.\n * Somebody reads it. */\nexport const b = 2;\n');
    write('src/b.ts', "throw new Error(`the row of ${'x'} was told to the reader`);\n");
    write('shop/c.tsx', 'export const c = <p>\n  Nobody has bought it yet\n</p>;\n');
    write('docs/d.md', '# Title\n\nIt is kept for a day.\n');
    const { status, lines } = lint();
    expect(status).toBe(1);
    for (const place of [
      'src/a.ts:4: "Somebody"',
      'src/b.ts:1: "told"',
      'shop/c.tsx:2: "Nobody"',
      'docs/d.md:3: "kept"',
    ])
      expect(lines).toContainEqual(expect.stringContaining(place));
  });

  it('passes over names, code in docs, links, SQL and short keys', () => {
    write('src/a.ts', "/** {@link rangeFacet} and `kept`. */\nexport const told = 'kept';\n");
    write('src/b.ts', 'export const sql = `SELECT kept FROM t WHERE kept = ${1} AND told AND kept`;\n');
    write('docs/c.md', '```sh\nkept told\n```\n\nSee `told` and [the page](kept.md).\n');
    expect(lint()).toEqual({ status: 0, lines: [] });
  });

  it('permits what the baseline lists, and fails when a file gets worse', () => {
    write('src/a.ts', '// Somebody reads it.\n');
    write('scripts/prose-baseline.json', '{ "src/a.ts": 1 }\n');
    expect(lint().status).toBe(0);
    write('src/a.ts', '// Somebody reads it.\n// Nobody writes it.\n');
    expect(lint('--update').status).toBe(1);
    expect(baseline()).toEqual({ 'src/a.ts': 1 });
  });

  it('fails when the baseline permits more than was found, until --update lowers it', () => {
    write('src/a.ts', '// The customer reads it.\n');
    write('scripts/prose-baseline.json', '{ "src/a.ts": 1 }\n');
    expect(lint()).toEqual({ status: 1, lines: [expect.stringContaining('--update')] });
    expect(lint('--update').status).toBe(0);
    expect(baseline()).toEqual({});
    expect(lint().status).toBe(0);
  });
});
