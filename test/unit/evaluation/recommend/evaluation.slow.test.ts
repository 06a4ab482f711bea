import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readLines } from '../../../../src/imports/lines';
import { OnlineRetailReader } from '../../../../src/imports/online-retail';
import type { LogEvent } from '../../../../src/events/log-event';
import { itemKnnBaseline } from '../../../../src/evaluation/recommend/baselines/item-knn';
import { loadKernels } from '../../../../src/platform/kernels';
import { evaluateTemporal } from '../../../../src/evaluation/recommend/evaluate';
import type { EvaluationRow } from '../../../../src/evaluation/recommend/evaluated-lists';
import { meanOfWindows } from '../../../../src/evaluation/recommend/mean-of-windows';
import { listMetrics } from '../../../../src/evaluation/recommend/metrics';
import { temporalSplit } from '../../../../src/evaluation/recommend/protocol';
import { syntheticPurchases } from '../../live-state/arbitrary-events';

const DATA = join(__dirname, '../../../../../shared/data/online-retail.csv.gz');
const DAY = 86_400_000;

describe('metrics', () => {
  it('normalise NDCG by the ideal of min(10, |truth|)', () => {
    const metrics = listMetrics([7, 1, 8, 2], new Set([1, 2, 3]));
    const gain = 1 / Math.log2(3) + 1 / Math.log2(5);
    const ideal = 1 + 1 / Math.log2(3) + 1 / Math.log2(4);
    expect(metrics.ndcg10).toBeCloseTo(gain / ideal, 12);
    expect(metrics).toMatchObject({ hr10: 1, precision10: 0.2, mrr: 0.5 });
    expect(metrics.recall10).toBeCloseTo(2 / 3, 12);
  });

  it('count a hit at position 11 for recall@20 only', () => {
    const ranked = Array.from({ length: 20 }, (_, i) => i);
    expect(listMetrics(ranked, new Set([10]))).toMatchObject({ ndcg10: 0, hr10: 0, recall10: 0, recall20: 1 });
  });
});

describe('the temporal protocol', () => {
  const events = syntheticPurchases(60, 40, 120);
  const from = events[0].occurredAt + 90 * DAY;
  const split = temporalSplit(events, from, from + 30 * DAY, 1);

  it('uses customers known before, and masks their products', () => {
    const trained = new Set(split.training.map(({ customer }) => customer));
    for (const { customer, truth, truthNew, boughtInTraining } of split.testCustomers) {
      expect(trained.has(customer)).toBe(true);
      for (const product of truth) expect(truthNew.has(product)).toBe(!boughtInTraining.has(product));
    }
  });

  it('holds out one product of each basket, the same for the same seed', () => {
    expect(temporalSplit(events, from, from + 30 * DAY, 1).baskets).toEqual(split.baskets);
    for (const { heldOut, context, contextOne } of split.baskets) {
      expect(context).not.toContain(heldOut);
      expect(context).toContain(contextOne);
      expect(context).toEqual([...context].sort((a, b) => a - b));
    }
  });

  it('predicts what a known customer’s basket lacks as of its time, in the test window', () => {
    const times = split.baskets.map(({ at }) => at);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(from);
    expect(new Set(times).size).toBeGreaterThan(10);
  });

  it('ranks no masked product', () => {
    const { customer, boughtInTraining } = split.testCustomers[0];
    for (const product of Array.from(itemKnnBaseline(split).rank(customer, boughtInTraining)))
      expect(boughtInTraining.has(product)).toBe(false);
  });

  it('reports every model in every mode, with no empty list', () => {
    const rows = evaluateTemporal(events, {
      from,
      to: from + 30 * DAY,
      seed: 1,
      kernels: loadKernels(),
      clock: () => 0,
      onProgress: () => undefined,
    });
    expect(rows.map(({ model, mode }) => `${model} ${mode}`)).toEqual([
      ...[
        ...['popularity', 'popularity-30d', 'item-knn', 'ease', 'ials', 'personal-frequency'],
        ...['nearest-sessions', 'transitions', 'plain-blend', 'temporal-ridge'],
      ].flatMap((m) => [`${m} repeat`, `${m} new`]),
      'co-count basket',
      'co-count basket-one',
      ...['repeat', 'new', 'basket', 'basket-one', 'basket-known', 'basket-one-known'].map((mode) => `freshet ${mode}`),
    ]);
    expect(rows.filter(({ model }) => model === 'freshet').every(({ empty }) => empty === 0)).toBe(true);
    const [{ calibration }] = rows.filter(({ model, mode }) => model === 'freshet' && mode === 'repeat');
    expect(calibration?.brier).toBeLessThan(calibration?.brierOfMean as number);
    expect(calibration?.bins.length).toBeGreaterThan(3);
  });
});

describe('several windows', () => {
  const row = (model: string, ndcg10: number, customers: number): EvaluationRow => ({
    model,
    mode: 'new',
    customers,
    ndcg10,
    hr10: 2 * ndcg10,
    precision10: 0,
    recall10: 0,
    recall20: 0,
    mrr: 0,
    coverage: 1,
    novelty: 3,
    empty: 0,
    fitSeconds: 1,
  });

  it('count equally, for any number of customers', () => {
    const means = meanOfWindows([
      [row('a', 0.1, 10), row('b', 0.2, 10)],
      [row('a', 0.3, 1000), row('b', 0.6, 1000)],
    ]);
    expect(means.map(({ model, customers }) => [model, customers])).toEqual([
      ['a', 1010],
      ['b', 1010],
    ]);
    expect(means[0].ndcg10).toBeCloseTo(0.2, 12);
    expect(means[1].hr10).toBeCloseTo(0.8, 12);
    expect(meanOfWindows([])).toEqual([]);
  });
});

describe('Online Retail', () => {
  it('is cleaned and split as the published figures are (TEST)', async () => {
    if (!existsSync(DATA)) {
      process.stderr.write(`\nNOT TESTED: ${DATA} is missing, so the protocol was not checked against real data\n\n`);
      return;
    }
    const reader = new OnlineRetailReader();
    const events: LogEvent[] = [];
    for await (const batch of readLines(DATA)) {
      for (const text of batch) {
        const row = reader.read(text);
        if (row === undefined || !('event' in row)) continue;
        if (row.event.type === 'PURCHASE' && row.event.customerId !== undefined) events.push(row.event);
      }
    }
    expect(events).toHaveLength(396_370);
    expect(new Set(events.map(({ productId }) => productId)).size).toBe(3_659);
    const split = temporalSplit(events, Date.UTC(2011, 10, 9), Date.UTC(2011, 11, 10), 1);
    expect(split.testCustomers).toHaveLength(1_395);
    expect(split.testCustomers.filter(({ truthNew }) => truthNew.size > 0)).toHaveLength(1_294);
    expect(split.baskets).toHaveLength(2_594);
  });
});
