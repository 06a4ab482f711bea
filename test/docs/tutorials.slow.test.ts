/** Follows README.md and its tutorials in their order, in one folder, exactly as written. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runInNewContext } from 'node:vm';
import { describeInBrowser } from '../setup/browser';
import { Reader } from './reader';

const ROOT = path.resolve(__dirname, '../..');
const README = readFileSync(path.join(ROOT, 'README.md'), 'utf8');
const TUTORIALS = [...README.matchAll(/\((docs\/tutorials\/[\w-]+\.md)\)/g)].map(([, file]) => file);
const [FIRST, SECOND, THIRD] = TUTORIALS;

it('README.md names each tutorial once', () => {
  const files = readdirSync(path.join(ROOT, 'docs/tutorials')).map((file) => `docs/tutorials/${file}`);
  expect([...TUTORIALS].sort()).toEqual(files.sort());
  expect(TUTORIALS).toHaveLength(3);
});

describe('in the order of README.md and in one folder', () => {
  let reader: Reader;

  beforeAll(async () => (reader = await Reader.arrive()));
  afterAll(() => reader.leave());

  it(FIRST, () => reader.follow(FIRST));

  it('the first query of README.md returns three products that go with the espresso maker', async () => {
    const { data, errors } = JSON.parse(await reader.paste('README.md', 'sh', 'curl'));
    expect(errors).toBeUndefined();
    const { nodes } = data.recommendations;
    expect(nodes).toHaveLength(3);
    expect(new Set(nodes.map(({ title }: { title: string }) => title)).size).toBe(3);
    for (const { title, price } of nodes) {
      expect(title).toMatch(/\w{3}/);
      expect(price).toEqual({ amount: expect.stringMatching(/^\d+\.\d\d$/), currency: 'EUR' });
    }
  });

  it('the first subscription of README.md shows a list, and a changed one after the visitor’s events', async () => {
    const output = await reader.paste('README.md', 'js', 'recommendationsUpdated', 'node live.mjs');
    // Node prints each list as a literal, and the program prints a line between them.
    const lists = (output.match(/^\[[^]*?^\]$|^\[.*\]$/gm) ?? []).map((list) => runInNewContext(list) as string[]);
    expect(lists).toHaveLength(2);
    const [before, after] = lists;
    for (const titles of lists) {
      expect(titles).toHaveLength(5);
      expect(new Set(titles).size).toBe(5);
    }
    expect(after).not.toEqual(before);
    expect(output.split('\n').filter((line) => line.startsWith('…'))).toHaveLength(1);
  });

  it(SECOND, () => reader.follow(SECOND));

  it('the first query of README.md, in the own shop, says how to open the demo shop', async () => {
    const { errors } = JSON.parse(await reader.paste('README.md', 'sh', 'curl'));
    expect(errors).toEqual([
      {
        message:
          'The key demo-storefront-key works in the demo shop only. NAMESPACE=demo npm start opens the demo shop.',
        extensions: { code: 'UNAUTHENTICATED' },
      },
    ]);
  });

  describeInBrowser('with a browser', () => {
    it(THIRD, () => reader.follow(THIRD));
  });
});
