import { execFile } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { runInNewContext } from 'node:vm';
import { testFolder } from '../setup/shop';
import { endStarted, READY, start, type Started } from '../setup/start-command';

jest.setTimeout(60_000);

const ROOT = path.resolve(__dirname, '../..');
const README = readFileSync(path.join(ROOT, 'README.md'), 'utf8');

/** The first block of a language that has a word in it, as a reader would copy it. */
function block(language: string, word: string): string {
  const blocks = [...README.matchAll(/^```(\w+)\n([^]*?)^```$/gm)];
  const found = blocks.find(([, name, text]) => name === language && text.includes(word));
  if (!found) throw new Error(`README.md has no ${language} block with ${word}`);
  return found[2];
}

/** The block for this run: every port in it is another one here. */
function at(port: string, text: string): string {
  expect(text).toContain('localhost:4000');
  return text.replaceAll('localhost:4000', `localhost:${port}`);
}

const run = async (file: string, args: string[], cwd: string): Promise<string> =>
  (await promisify(execFile)(file, args, { cwd, timeout: 30_000 })).stdout;

describe('what README.md says to paste, after `npm start`', () => {
  let freshet: Started;
  let port: string;

  beforeAll(async () => {
    // As its first lines say: no setting at all, but for where it may listen and write here.
    freshet = start({ DATA_DIR: testFolder('readme'), PORT: '0', DEMO: undefined, LOG_LEVEL: undefined });
    port = (await freshet.line(READY))[1];
  });

  afterAll(async () => {
    freshet.process.kill('SIGTERM');
    expect(await freshet.exitCode()).toBe(0);
    endStarted();
  });

  it('the first query answers three products that go with the espresso maker', async () => {
    const output = await run('sh', ['-c', at(port, block('sh', 'curl'))], testFolder('readme'));
    const { data, errors } = JSON.parse(output);
    expect(errors).toBeUndefined();
    const { nodes } = data.recommendations;
    expect(nodes).toHaveLength(3);
    expect(new Set(nodes.map(({ title }: { title: string }) => title)).size).toBe(3);
    for (const { title, price } of nodes) {
      expect(title).toMatch(/\w{3}/);
      expect(price).toEqual({ amount: expect.stringMatching(/^\d+\.\d\d$/), currency: 'EUR' });
    }
  });

  it('the first subscription shows a list, and another one after what the visitor does', async () => {
    const folder = testFolder('readme');
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
    writeFileSync(path.join(folder, 'live.mjs'), at(port, block('js', 'recommendationsUpdated')));
    const output = await run(process.execPath, ['live.mjs'], folder);
    // Node prints each list as a literal, and between them a line of the program's own.
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
