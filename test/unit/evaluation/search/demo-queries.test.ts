import { readFileSync } from 'node:fs';
import path from 'node:path';
import { catalogueProduct } from '../../../../src/catalog/catalogue-product';
import { mergeProduct } from '../../../../src/catalog/merge-product';
import { demoProducts } from '../../../../src/demo/demo-catalogue';
import { freshetEngine } from '../../../../src/evaluation/search/freshet-engine';
import { type Judgment, JudgmentLines } from '../../../../src/evaluation/search/judgment-lines';
import { appendTo } from '../../../../src/learn/group-by';

const FILE = path.join(__dirname, '../../../fixtures/search/demo-queries.jsonl');
const TYPED_QUERIES = path.join(__dirname, '../../../fixtures/search/typed-queries.jsonl');
/** Maximum number of the 50 typed queries without a sensible product. */
const MAX_SENSELESS = 3;
const TOP = 5;
/** Queries whose last word is unfinished. They are asked as the shop page asks them while the customer types. */
const UNFINISHED: readonly string[] = ['harmon', 'watering c'];
/** The share of queries that have a right product among the first {@link TOP}. */
const MIN_ANSWERED_SHARE = 0.75;

function judgmentsByQuery(): Map<string, Judgment[]> {
  const reader = new JudgmentLines();
  const judgments = readFileSync(FILE, 'utf8')
    .split('\n')
    .flatMap((line) => reader.read(line) ?? []);
  const byQuery = new Map<string, Judgment[]>();
  for (const judgment of judgments) {
    if ('message' in judgment) throw new Error(`line ${judgment.line}: ${judgment.message}`);
    appendTo(byQuery, judgment.query, judgment);
  }
  return byQuery;
}

const now = new Date('2026-01-01T00:00:00Z');
const products = demoProducts(now).map((input) => {
  const record = mergeProduct(undefined, input, now.getTime());
  if ('code' in record) throw new Error(record.message);
  return catalogueProduct(record);
});
const titles = new Map(products.map(({ id, title }) => [id, title]));
const demoEngine = freshetEngine(products, 'en', true);

it('answers what customers of the demo shop type', async () => {
  const engine = await demoEngine;
  const judged = judgmentsByQuery();
  const failures: string[] = [];
  for (const [query, judgments] of judged) {
    // A product is right if it is good. Where no product is good, an acceptable one is right.
    const minGrade = Math.min(2, Math.max(...judgments.map(({ grade }) => grade)));
    const right = new Set(judgments.filter(({ grade }) => grade >= minGrade).map(({ productId }) => productId));
    const { ids, cause } = await engine.search(query, UNFINISHED.includes(query));
    const first = ids.slice(0, TOP);
    if (!first.some((id) => right.has(id)))
      failures.push(`${query} (${cause}): ${first.map((id) => titles.get(id)).join('; ')}`);
  }
  const share = 1 - failures.length / judged.size;
  expect(share >= MIN_ANSWERED_SHARE ? [] : [`share ${share.toFixed(3)}`, ...failures]).toEqual([]);
});

it('has a sensible product among the first three for nearly all queries', async () => {
  const engine = await demoEngine;
  const queries = readFileSync(TYPED_QUERIES, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { catalogue: string; query: string; sensible: string })
    .filter(({ catalogue }) => catalogue === 'demo');
  const failures: string[] = [];
  for (const { query, sensible } of queries) {
    const { ids } = await engine.search(query, false);
    const first = ids.slice(0, 3).map((id) => titles.get(id) as string);
    if (!first.some((title) => new RegExp(sensible, 'i').test(title))) failures.push(`${query}: ${first.join('; ')}`);
  }
  expect(queries).toHaveLength(50);
  expect(failures.length > MAX_SENSELESS ? failures : []).toEqual([]);
});
