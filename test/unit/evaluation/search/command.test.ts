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
    expect(out).toMatch(/class +engine +queries +NDCG@10 +MRR +top 10 +R@20 +R@50 +R@100 +zero\n/);
    expect(out).toMatch(/How freshet answered.*\n.*answered by.*\n +exact-title +products with all words +6 +1\.000/);
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
          recall20: 2 / 3,
          recall50: 2 / 3,
          recall100: 2 / 3,
          zeroResults: 1 / 3,
        },
      ],
      causes: [
        expect.objectContaining({ queryClass: 'judgments', cause: 'ALL', queries: 2, ndcg10: 1 }),
        expect.objectContaining({ queryClass: 'judgments', cause: 'NONE', queries: 1, zeroResults: 1 }),
      ],
      perQuery: [
        { query: 'garden', classes: ['judgments'], cause: 'ALL', ndcg10: 1, recall100: 1, top10: 1 },
        { query: 'linen shirt', classes: ['judgments'], cause: 'ALL', ndcg10: 1, recall100: 1, top10: 1 },
        { query: 'xqzzy', classes: ['judgments'], cause: 'NONE', ndcg10: 0, recall100: 0, top10: 0 },
      ],
    });
    expect(err).toContain('SKIPPED 1 judgments: their products are not searchable');
    expect(err).toContain('SKIPPED 2 queries: none of their relevant products is searchable');
  });

  it('has a row for each class of judged queries', async () => {
    const lines = [
      'garden\tp2\t1\tplace',
      'garden\tp3\t1',
      'teapot\tp1\t3\tthing',
      'mug\tp0\t3\tthing',
      'chair\tp2\t3',
    ];
    const { rows } = await report(catalogue(), '--judgments', file('judged.tsv', lines));
    expect(rows).toMatchObject([
      { queryClass: 'judgments', queries: 4 },
      { queryClass: 'place', queries: 1 },
      { queryClass: 'thing', queries: 2 },
    ]);
  });

  it('compares with an earlier run query by query', async () => {
    const judged = (...lines: string[]) => ['--judgments', file('judged.tsv', lines)] as const;
    const before = await report(catalogue(), ...judged('garden\tp2\t1', 'mug\tp1\t3', 'teapot\tp1\t3', 'chair\tp2\t3'));
    const earlier = file('before.json', [JSON.stringify(before)]);
    const lines = ['garden\tp2\t1', 'mug\tp0\t3\tcups', 'teapot\tp1\t3\tcups', 'table\tp3\t3', 'shirt\ts-1\t3'];
    const { against } = await report(catalogue(), ...judged(...lines), '--against', earlier);
    expect(against).toMatchObject({ file: 'before.json', onlyHere: 2, onlyThere: 1 });
    expect(against.rows).toMatchObject([
      { queryClass: 'judgments', queries: 3, top10: { mean: 1 / 3, low: 0, high: 1 } },
      { queryClass: 'cups', queries: 2, ndcg10: { mean: 0.5, low: 0, high: 1 }, recall100: { mean: 0.5 } },
    ]);
    out = '';
    await runEvaluateSearch([catalogue(), ...judged(...lines), '--against', earlier]);
    expect(out).toMatch(
      /Difference of freshet from before\.json.*\n.*\n +judgments +3 .*\+0\.333 \(0\.000 to \+1\.000\)/,
    );
    expect(out).toContain('NOT COMPARED: 2 queries only in this run, 1 only in before.json');
  });

  it('says why it can not be compared with a file', async () => {
    const judgments = file('judged.tsv', ['mug\tp0\t3']);
    const against = (text: unknown) =>
      runEvaluateSearch([
        catalogue(),
        '--judgments',
        judgments,
        '--against',
        file('old.json', [typeof text === 'string' ? text : JSON.stringify(text)]),
      ]);
    const run = await report(catalogue(), '--judgments', judgments);
    out = '';
    await expect(against('no JSON')).rejects.toThrow('old.json is not the output of evaluate-search --json');
    await expect(against({ ...run, perQuery: undefined })).rejects.toThrow(/old\.json is not the output .*: perQuery/);
    await expect(against({ ...run, catalogue: 'others.jsonl' })).rejects.toThrow(
      "old.json can't be compared: it evaluates 6 products of others.jsonl, judgments judged.tsv; " +
        'this run, 6 products of products.jsonl, judgments judged.tsv',
    );
    await expect(against({ ...run, queries: 'synthetic', seed: 1 })).rejects.toThrow('synthetic queries of seed 1');
    const other = [{ ...run.perQuery[0], query: 'cup' }];
    await expect(against({ ...run, perQuery: other })).rejects.toThrow('none of the queries of this run');
    expect(out).toBe('');
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
    ['- --against nowhere.json', 'does not exist'],
    ['- --against -', 'must be a file'],
    ['- --judgments - --seed 2', "can't be combined with --judgments"],
  ])('rejects the command line %s', (line, message) => {
    const settings = () => parseEvaluateSearchSettings(line.split(' ').filter(Boolean));
    expect(settings).toThrow(message);
    expect(settings).toThrow(UsageError);
  });
});
