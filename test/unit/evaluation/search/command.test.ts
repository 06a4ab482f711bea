import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runEvaluateSearch } from '../../../../cli/evaluate-search';
import { parseEvaluateSearchSettings } from '../../../../cli/evaluate-search-settings';
import { UsageError } from '../../../../cli/usage-error';

const TITLES = ['Enamel coffee mug blue', 'Porcelain teapot with roses', 'Wooden garden chair', 'Folding garden table'];
const CATALOGUE = [
  ...TITLES.map((title, n) => ({ id: `p${n}`, title })),
  { id: 's-1', title: 'Linen shirt small', groupId: 'shirt' },
  { id: 's-2', title: 'Linen shirt large', groupId: 'shirt' },
  { id: 'soon', title: 'Gramophone', publishedAt: '2999-01-01T00:00:00Z' },
  { id: 'gone', title: 'Gramophone stand', availability: 'DISCONTINUED' },
];

describe('evaluate-search', () => {
  let folder: string;
  let out: string;
  let err: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'freshet-evaluate-search-'));
    out = err = '';
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true));
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true));
  });

  afterEach(() => {
    jest.restoreAllMocks();
    rmSync(folder, { recursive: true });
  });

  const file = (name: string, lines: readonly string[]): string => {
    const place = path.join(folder, name);
    writeFileSync(place, lines.join('\n'));
    return place;
  };
  const catalogue = () => file('products.jsonl', ['no JSON', ...CATALOGUE.map((product) => JSON.stringify(product))]);
  const report = async (...argv: string[]) => {
    out = '';
    await runEvaluateSearch([...argv, '--json']);
    return JSON.parse(out);
  };

  it('builds queries from the titles of visible products, and finds all of them', async () => {
    const made = await report(catalogue());
    expect(made).toMatchObject({ catalogue: 'products.jsonl', products: 6, queries: 'synthetic', seed: 1 });
    const rows = new Map(made.rows.map((row: { queryClass: string }) => [row.queryClass, row]));
    expect(rows.get('exact-title')).toMatchObject({
      subject: 'freshet',
      queries: 6,
      ndcg10: 1,
      mrr: 1,
      top10: 1,
      recall100: 1,
      zeroResults: 0,
    });
    for (const name of ['one-typo', 'prefix', 'singular-plural'])
      expect(rows.get(name)).toMatchObject({ top10: 1, zeroResults: 0 });
    expect([...rows.keys()]).toContain('two-words-dropped, rest identifies');
    expect(err).toContain('6 of 8 products are searchable; 1 lines rejected');
    expect(await report(catalogue())).toEqual(made);
    expect(await report(catalogue(), '--queries', '2')).toMatchObject({
      rows: [{ queries: 2 }, {}, {}, {}, {}, {}, {}, {}, {}],
    });
  });

  it('prints a table that says that its queries are synthetic', async () => {
    await runEvaluateSearch([catalogue()]);
    expect(out).toContain('products.jsonl, 6 products, SYNTHETIC queries');
    expect(out).toMatch(/class +engine +queries +NDCG@10 +MRR +top 10 +R@100 +zero\n/);
  });

  it('uses judgments: the best of variants counts, and products that can not be found are left out with a message', async () => {
    const judgments = file('judged.tsv', [
      'query\tproduct\tgrade',
      'garden\tp2\t1',
      'garden\tp3\t1',
      'linen shirt\ts-1\t0',
      'linen shirt\ts-2\t3',
      'xqzzy\tp0\t3',
      'mug\tunheard-of\t3',
      'teapot\tp1\t0',
    ]);
    const judged = await report(catalogue(), '--judgments', judgments);
    expect(judged).toEqual({
      catalogue: 'products.jsonl',
      products: 6,
      queries: 'judged.tsv',
      rows: [
        {
          subject: 'freshet',
          queryClass: 'judgments',
          queries: 3,
          ndcg10: 2 / 3,
          mrr: 2 / 3,
          top10: 2 / 3,
          recall100: 2 / 3,
          zeroResults: 1 / 3,
        },
      ],
    });
    expect(err).toContain('SKIPPED 1 judgments: their products are not searchable');
    expect(err).toContain('SKIPPED 2 queries: none of their relevant products is searchable');
  });

  it('names the invalid lines of judgments, and gives no figure', async () => {
    const judgments = file('judged.csv', ['query,product,grade', 'mug,p0,3', 'mug,p1,7', 'mug']);
    await expect(runEvaluateSearch([catalogue(), '--judgments', judgments])).rejects.toThrow(
      /judged\.csv, line 3: the grade must be .*; got 7\n.*judged\.csv, line 4: .* got 1 columns/,
    );
    expect(out).toBe('');
  });

  it('reports why a catalogue can not be evaluated', async () => {
    await expect(runEvaluateSearch([file('empty.jsonl', ['[]'])])).rejects.toThrow(
      /no searchable jsonl product .*line 1/,
    );
    const unrelated = file('judged.tsv', ['mug\tp0\t0']);
    await expect(runEvaluateSearch([catalogue(), '--judgments', unrelated])).rejects.toThrow(
      'marks a product of the catalogue as relevant',
    );
  });

  it.each([
    ['', 'exactly one CATALOGUE'],
    ['- --format parquet', '--format must be one of'],
    ['- --queries 0', 'of at least 1'],
    ['- --seed one', 'must be a whole number'],
    ['- --judgments - ', 'only one file'],
    ['- --judgments nowhere.tsv', 'does not exist'],
    ['- --judgments - --seed 2', "can't be combined with --judgments"],
  ])('rejects the command line %s', (line, message) => {
    const settings = () => parseEvaluateSearchSettings(line.split(' ').filter(Boolean));
    expect(settings).toThrow(message);
    expect(settings).toThrow(UsageError);
  });
});
