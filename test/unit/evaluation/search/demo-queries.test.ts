import { readFileSync } from 'node:fs';
import path from 'node:path';
import { catalogueProduct } from '../../../../src/catalog/catalogue-product';
import { mergeProduct } from '../../../../src/catalog/merge-product';
import { demoProducts } from '../../../../src/demo/demo-catalogue';
import { freshetEngine } from '../../../../src/evaluation/search/freshet-engine';
import { type Judgment, JudgmentLines } from '../../../../src/evaluation/search/judgment-lines';

const FILE = path.join(__dirname, '../../../fixtures/search/demo-queries.jsonl');
const TOP = 5;
/** Queries whose last word is unfinished. They are asked as the shop page asks them while the customer types. */
const UNFINISHED: readonly string[] = ['harmon', 'watering c'];
/** The share of queries that have a right product among the first {@link TOP}. */
const MIN_ANSWERED_SHARE = 0.55;

function judgmentsByQuery(): Map<string, Judgment[]> {
  const reader = new JudgmentLines();
  const judgments = readFileSync(FILE, 'utf8')
    .split('\n')
    .flatMap((line) => reader.read(line) ?? []);
  const byQuery = new Map<string, Judgment[]>();
  for (const judgment of judgments) {
    if ('message' in judgment) throw new Error(`line ${judgment.line}: ${judgment.message}`);
    byQuery.set(judgment.query, [...(byQuery.get(judgment.query) ?? []), judgment]);
  }
  return byQuery;
}

it('answers what customers of the demo shop type', async () => {
  const now = new Date('2026-01-01T00:00:00Z');
  const products = demoProducts(now).map((input) => {
    const record = mergeProduct(undefined, input, now.getTime());
    if ('code' in record) throw new Error(record.message);
    return catalogueProduct(record);
  });
  const engine = await freshetEngine(products, 'en');
  const titles = new Map(products.map(({ id, title }) => [id, title]));
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
