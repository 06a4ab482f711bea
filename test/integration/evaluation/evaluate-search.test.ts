import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runEvaluateSearch } from '../../../cli/evaluate-search';
import { connectPostgres } from '../../../src/platform/postgres';
import { testFolder, testServices } from '../../setup/shop';

describe('evaluate-search --peers', () => {
  const { databaseUrl } = testServices();
  const given = process.env.DATABASE_URL;

  beforeAll(() => void (process.env.DATABASE_URL = databaseUrl));
  afterAll(() => {
    if (given === undefined) delete process.env.DATABASE_URL;
    else process.env.DATABASE_URL = given;
  });
  afterEach(() => jest.restoreAllMocks());

  it('measures MiniSearch and PostgreSQL too, by queries with known results', async () => {
    const folder = testFolder('evaluate-search');
    mkdirSync(folder, { recursive: true });
    const catalogue = path.join(folder, 'products.jsonl');
    const titles = ['Enamel mug', 'Porcelain teapot', 'Wooden chair'];
    writeFileSync(catalogue, titles.map((title, n) => JSON.stringify({ id: `p${n}`, title })).join('\n'));
    const judgments = path.join(folder, 'judged.csv');
    writeFileSync(judgments, 'enamel mugs,p0,3\nporcelian teapot,p1,3\n');
    let out = '';
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true));
    jest.spyOn(process.stderr, 'write').mockImplementation(() => true);
    await runEvaluateSearch([catalogue, '--judgments', judgments, '--peers', '--json']);
    const { rows, causes, perQuery, missing } = JSON.parse(out);
    const all = { top10: 1, recall20: 1, recall50: 1, recall100: 1, zeroResults: 0, queries: 2 };
    expect(rows).toMatchObject([
      { subject: 'freshet', ...all },
      { subject: expect.stringContaining('minisearch'), ...all },
      // Full-text search stems, and corrects no typos.
      { subject: expect.stringContaining('full text'), top10: 0.5, recall20: 0.5, zeroResults: 0.5, queries: 2 },
    ]);
    // The causes and the figures of each query are those of Freshet only.
    expect(causes).toMatchObject([
      { queryClass: 'judgments', cause: 'ALL', queries: 1, top10: 1 },
      { queryClass: 'judgments', cause: 'CORRECTED', queries: 1, top10: 1 },
    ]);
    expect(perQuery).toMatchObject([
      { query: 'enamel mugs', cause: 'ALL' },
      { query: 'porcelian teapot', cause: 'CORRECTED' },
    ]);
    // The test database has no extensions, and the report names a requested comparison that it could not run.
    expect(missing).toEqual([expect.stringContaining('pg_trgm')]);
  });

  it('leaves no tables in the database', async () => {
    const pool = connectPostgres(databaseUrl, 'public', { max: 1 });
    const { rows } = await pool.query("SELECT FROM pg_class WHERE relname = 'evaluated_product'");
    await pool.end();
    expect(rows).toEqual([]);
  });
});
