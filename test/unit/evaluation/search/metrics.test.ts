import { causeRows, classRows, evaluateEngine } from '../../../../src/evaluation/search/evaluate';
import { meanOf, queryMetrics } from '../../../../src/evaluation/search/metrics';

describe('figures of a query', () => {
  it('equal a calculation by hand', () => {
    const grades = new Map([
      ['a', 3],
      ['b', 1],
      ['c', 0],
      ['d', 2],
    ]);
    // Gains 2^grade − 1 are 7, 1, 0 and 3; d is not found. By hand: 1/log₂3 = 0.630930, 1/log₂5 = 0.430677.
    const metrics = queryMetrics(['c', 'a', 'x', 'b'], grades);
    const ideal = 7 + 3 * 0.63093 + 1 * 0.5;
    expect(metrics.ndcg10).toBeCloseTo((7 * 0.63093 + 1 * 0.430677) / ideal, 5);
    expect(metrics).toMatchObject({ mrr: 1 / 2, top10: 1, zeroResults: 0 });
    for (const name of ['recall20', 'recall50', 'recall100'] as const) expect(metrics[name]).toBeCloseTo(2 / 3, 12);
  });

  it('measure recall by the first 20, 50 and 100 hits', () => {
    const ranked = Array.from({ length: 120 }, (_, n) => `p${n + 1}`);
    const grades = new Map(['p20', 'p21', 'p50', 'p51', 'p100', 'p101', 'unfound', 'p1'].map((id) => [id, 1]));
    expect(queryMetrics(ranked, grades)).toMatchObject({ recall20: 2 / 8, recall50: 4 / 8, recall100: 6 / 8 });
  });

  it('use ten positions for the top, a hundred for recall and the first hit, and no more', () => {
    const others = (count: number) => Array.from({ length: count }, (_, n) => `x${n}`);
    const grades = new Map([['a', 3]]);
    expect(queryMetrics([...others(9), 'a'], grades)).toMatchObject({ top10: 1, mrr: 1 / 10, recall100: 1 });
    expect(queryMetrics([...others(10), 'a'], grades)).toMatchObject({
      top10: 0,
      ndcg10: 0,
      mrr: 1 / 11,
      recall100: 1,
    });
    expect(queryMetrics([...others(100), 'a'], grades)).toMatchObject({
      top10: 0,
      mrr: 0,
      recall100: 0,
      zeroResults: 0,
    });
    expect(queryMetrics([], grades)).toEqual({
      ndcg10: 0,
      mrr: 0,
      top10: 0,
      recall20: 0,
      recall50: 0,
      recall100: 0,
      zeroResults: 1,
    });
  });

  it('are 1 for the best order, also if more than ten are relevant', () => {
    const ids = Array.from({ length: 30 }, (_, n) => `p${n}`);
    const grades = new Map(ids.map((id, n) => [id, n < 15 ? 3 : 1]));
    expect(queryMetrics(ids, grades)).toMatchObject({ ndcg10: 1, mrr: 1, top10: 1, recall100: 1 });
    expect(queryMetrics([...ids].reverse(), grades).ndcg10).toBeCloseTo(1 / 7, 12);
  });

  it('are means over queries', () => {
    const [found, lost] = [queryMetrics(['x', 'a'], new Map([['a', 1]])), queryMetrics([], new Map([['a', 1]]))];
    expect(meanOf([found, lost])).toEqual({
      ndcg10: found.ndcg10 / 2,
      mrr: 0.25,
      top10: 0.5,
      recall20: 0.5,
      recall50: 0.5,
      recall100: 0.5,
      zeroResults: 0.5,
    });
  });

  it('count in every class of a query, and count the variants of a product once', async () => {
    const engine = { subject: 'a shelf', search: () => ({ ids: ['m-red', 'm-blue', 'cup'] }) };
    const results = await evaluateEngine(engine, {
      queries: [
        { classes: ['all', 'some'], text: 'cup', typing: false, grades: new Map([['cup', 3]]) },
        { classes: ['all'], text: 'mug', typing: false, grades: new Map([['mug', 3]]) },
      ],
      variantKeyOf: (id) => (id.startsWith('m-') ? 'mug' : id),
      onProgress: () => undefined,
    });
    expect(classRows('a shelf', results)).toMatchObject([
      { subject: 'a shelf', queryClass: 'all', queries: 2, mrr: 0.75 },
      { subject: 'a shelf', queryClass: 'some', queries: 1, mrr: 0.5 },
    ]);
    expect(causeRows(results)).toEqual([]);
  });

  it('are broken down by cause within each class', async () => {
    const engine = {
      subject: 'a shelf',
      search: (text: string) =>
        text === 'cup' ? { ids: ['cup'], cause: 'ALL' as const } : { ids: [], cause: 'NONE' as const },
    };
    const queries = ['mug', 'cup', 'jug'].map((text) => ({
      classes: text === 'jug' ? ['all'] : ['all', 'some'],
      text,
      typing: false,
      grades: new Map([[text, 3]]),
    }));
    const results = await evaluateEngine(engine, { queries, variantKeyOf: (id) => id, onProgress: () => undefined });
    expect(causeRows(results)).toMatchObject([
      { queryClass: 'all', cause: 'ALL', queries: 1, ndcg10: 1 },
      { queryClass: 'all', cause: 'NONE', queries: 2, ndcg10: 0, zeroResults: 1 },
      { queryClass: 'some', cause: 'ALL', queries: 1 },
      { queryClass: 'some', cause: 'NONE', queries: 1 },
    ]);
  });
});
