import type { LogEvent } from '../../../../src/events/log-event';
import {
  NOTHING_MASKED,
  type BasketRanker,
  type CustomerRanker,
} from '../../../../src/evaluation/recommend/baselines/baseline';
import { coCountBaseline } from '../../../../src/evaluation/recommend/baselines/co-count';
import { easeBaseline } from '../../../../src/evaluation/recommend/baselines/ease';
import { ialsBaseline } from '../../../../src/evaluation/recommend/baselines/ials';
import { loadKernels } from '../../../../src/platform/kernels';
import { itemKnnBaseline } from '../../../../src/evaluation/recommend/baselines/item-knn';
import { personalFrequencyBaseline } from '../../../../src/evaluation/recommend/baselines/personal-frequency';
import {
  distinctCustomers,
  popularityBaseline,
  recentLines,
  recentPopularityBaseline,
} from '../../../../src/evaluation/recommend/baselines/popularity';
import { MetricsTotal } from '../../../../src/evaluation/recommend/metrics';
import { temporalSplit, type TemporalSplit } from '../../../../src/evaluation/recommend/protocol';

const DAY = 86_400_000;
const CUT = 100;

/** Purchases as `day customer order product`, in order of time; the test window is days 100 to 110. */
function splitOf(...lines: string[]): TemporalSplit {
  const events = lines.map((line, n): LogEvent => {
    const [day, customerId, order, productId] = line.split(' ');
    return {
      source: 'ORDERS',
      id: `${order}:${n}`,
      type: 'PURCHASE',
      occurredAt: Number(day) * DAY,
      customerId,
      productId,
      quantity: 1,
    };
  });
  return temporalSplit(events, CUT * DAY, (CUT + 10) * DAY, 1);
}

const named = (split: TemporalSplit, ranked: ArrayLike<number>) =>
  Array.from(ranked, (product) => split.products.idAt(product)).join(' ');
const indexes = (split: TemporalSplit, products: string) => products.split(' ').map((id) => split.products.indexOf(id));
const listOf = (split: TemporalSplit, ranker: CustomerRanker, customer: string, masked?: string) =>
  named(
    split,
    ranker.rank(split.customers.indexOf(`c:${customer}`), masked ? new Set(indexes(split, masked)) : NOTHING_MASKED),
  );
const scoresOf = (split: TemporalSplit, scores: ArrayLike<number>) =>
  Object.fromEntries(Array.from(scores, (score, product) => [split.products.idAt(product), score]));

describe('popularity', () => {
  const split = splitOf(
    '10 ann a1 pen',
    '10 ann a1 pen',
    '20 bob b1 ink',
    '69 ann a2 pen',
    '70 ann a3 ink',
    '80 ann a4 pad',
    '99 ann a5 pad',
    '99 ann a5 pad',
    '101 bob b2 pen',
    '101 bob b2 new',
  );

  it('counts customers, each once, before the cut', () => {
    expect(scoresOf(split, distinctCustomers(split))).toEqual({ pen: 1, ink: 2, pad: 1 });
    expect(listOf(split, popularityBaseline(split), 'ann')).toBe('ink pen pad');
    expect(listOf(split, popularityBaseline(split), 'ann', 'ink')).toBe('pen pad');
  });

  it('of 30 days counts lines, starting 30 days before the cut', () => {
    expect(scoresOf(split, recentLines(split))).toEqual({ pen: 0, ink: 1, pad: 3 });
    expect(listOf(split, recentPopularityBaseline(split), 'bob')).toBe('pad ink pen');
  });
});

describe('item kNN', () => {
  // Bought by: hat 4 customers, rug 1, gum 6, fan 5. In common: hat & rug 1, hat & gum 2, hat & fan 2, gum & fan 5.
  const bought = ['xia hat', 'one hat', 'one rug', 'two hat', 'two gum', 'two fan', 'ted hat', 'ted gum', 'ted fan']
    .concat(['tom gum', 'tom fan', 'tim gum', 'tim fan', 'tam gum', 'tam fan', 'gil gum', 'gil gum'])
    .map((line, n) => `${n + 1} ${line.replace(' ', ` order${n} `)}`);
  const split = splitOf(...bought);
  const knn = itemKnnBaseline(split);

  it('ranks by cosine with a shrinkage of 10', () => {
    // fan 2 / (√20 + 10) = .1382, gum 2 / (√24 + 10) = .1342, rug 1 / (√4 + 10) = .0833.
    // By plain cosine rug would be first (.5), by plain counts gum and fan would tie.
    expect(listOf(split, knn, 'xia', 'hat')).toBe('fan gum rug');
    // fan 5 / (√30 + 10) = .3230, hat .1342, rug nothing in common
    expect(listOf(split, knn, 'gil', 'gum')).toBe('fan hat rug');
  });

  it('sums over a history', () => {
    // fan .1382 + .3230, gum .1342 + .3230, hat .1342 + .1382, rug .0833
    expect(listOf(split, knn, 'two')).toBe('fan gum hat rug');
    expect(listOf(split, knn, 'one')).toBe('fan gum hat rug');
  });
});

describe('personal frequency', () => {
  const split = splitOf(
    '10 ann a1 pen',
    '10 ann a1 pen',
    '10 ann a1 pen',
    '20 ann a2 ink',
    '30 ann a3 ink',
    '40 bob b1 cap',
    '80 bob b2 pad',
    '90 bob b3 pad',
    '95 bob b4 mug',
  );

  it('counts orders, not lines, and orders the rest by sales of the last 30 days', () => {
    // ink 2, pen 1; then pad (2 lines), mug (1), cap (0)
    expect(listOf(split, personalFrequencyBaseline(split), 'ann')).toBe('ink pen pad mug cap');
  });

  it('never lets the tie-break outweigh an order', () => {
    // mug 1 + 1/3, cap 1 + 0; pad is at 2 + 2/3. No product without purchases ranks above them.
    expect(listOf(split, personalFrequencyBaseline(split), 'bob')).toBe('pad mug cap pen ink');
  });
});

describe('co-count', () => {
  const split = splitOf(
    '10 ann a1 ale',
    '10 ann a1 ale',
    '10 ann a1 bun',
    '11 ann a2 ale',
    '11 ann a2 bun',
    '11 ann a2 cod',
    '12 bob b1 cod',
    '12 bob b1 dip',
    '13 bob b2 ale',
    '13 bob b2 cod',
    '14 bob b3 cod',
    '14 bob b3 dip',
    '101 bob b4 ale',
    '101 bob b4 new',
  );
  const ranker: BasketRanker = coCountBaseline(split);
  const complete = (context: string) => named(split, ranker.complete(indexes(split, context), 0));

  it('counts the orders that hold both, each once', () => {
    expect(complete('bun')).toBe('ale cod dip'); // ale 2, cod 1, dip 0
    expect(complete('cod')).toBe('ale dip bun'); // ale 2, dip 2 (the first by index), bun 1
  });

  it('sums over the basket, leaves out its products, and ignores unknown ones', () => {
    expect(complete('ale dip')).toBe('cod bun'); // cod 2 + 2, bun 2 + 0
    expect(complete('ale new')).toBe('bun cod dip'); // bun 2, cod 2, dip 0
  });
});

describe('over all lists', () => {
  // 7 customers in training; of them 3 bought product 0, 1 bought product 1.
  const total = () => new MetricsTotal(4, [3, 1, 0, 0, ...Array<number>(20).fill(0)], 7);

  it('coverage is the part of the catalogue that was shown at all', () => {
    const lists = total();
    lists.add(0, [0, 1], new Set([0]));
    lists.add(0, [0], new Set([1]));
    expect(lists.means().coverage).toBe(2 / 4);
  });

  it('novelty is the mean self-information of the shown products, −log2((buyers + 1) / (customers + 1))', () => {
    const lists = total();
    lists.add(0, [0, 1], new Set([0])); // −log2(4/8) = 1, −log2(2/8) = 2
    lists.add(0, [0], new Set([1])); // 1
    expect(lists.means().novelty).toBeCloseTo((1 + 2 + 1) / 3, 12);
  });

  it('both use ten positions', () => {
    const lists = total();
    const others = [...Array(9).keys()].map((n) => 10 + n);
    lists.add(0, [0, ...others, 1], new Set([0]));
    expect(lists.means().coverage).toBe(10 / 4);
    expect(lists.means().novelty).toBeCloseTo((1 + 9 * 3) / 10, 12);
  });

  it('an empty list is counted, and has no hits', () => {
    const lists = total();
    lists.add(0, [], new Set([0]));
    lists.add(0, [0], new Set([0]));
    expect(lists.means()).toMatchObject({ emptyShare: 0.5, hr10: 0.5, mrr: 0.5, novelty: 1 });
  });
});

describe('EASE and iALS', () => {
  // Two kinds of customers; sam is of the first kind, with few events.
  const shelves = ['tea cup pot', 'saw axe oil'].map((shelf) => shelf.split(' '));
  const lines = Array.from({ length: 20 }, (_, n) =>
    shelves[n % 2].map((product) => `${n} c${n} o${n} ${product}`),
  ).flat();
  const split = splitOf(...lines, '40 sam s1 tea', '41 sam s1 jam', '101 sam s2 new');

  it.each([
    ['ease', easeBaseline(split, loadKernels())],
    ['ials', ialsBaseline(split, loadKernels(), 1)],
  ])(
    '%s ranks what matches a history before what does not, and only products that it was trained on',
    (model, ranker) => {
      expect(ranker.model).toBe(model);
      const list = listOf(split, ranker, 'sam', 'tea jam').split(' ');
      expect(list.slice(0, 2).sort()).toEqual(['cup', 'pot']);
      expect(list.slice(2).sort()).toEqual(['axe', 'oil', 'saw']);
    },
  );
});
