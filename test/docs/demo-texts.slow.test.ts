/** Executes the documentation of the demo shop, exactly as written. */
import { runInNewContext } from 'node:vm';
import { describeInBrowser } from '../setup/browser';
import { Reader } from './reader';

// The demo shop is filled first.
jest.setTimeout(240_000);

describe('with the demo shop', () => {
  let reader: Reader;

  beforeAll(async () => (reader = await Reader.arrive()));
  afterAll(() => reader.leave());

  describeInBrowser('and a page of one’s own', () => {
    it('docs/tutorials/live-lists-in-a-page.md', () => reader.follow('docs/tutorials/live-lists-in-a-page.md'));
  });

  it('docs/tutorials/first-recommendations.md', () => reader.follow('docs/tutorials/first-recommendations.md'));

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
});
