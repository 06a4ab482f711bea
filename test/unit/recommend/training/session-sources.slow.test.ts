import { subjectOf, type LogEvent } from '../../../../src/events/log-event';
import { seededRandom } from '../../../../src/learn/seeded-random';
import { loadKernels } from '../../../../src/platform/kernels';
import { PointInTimeReplay } from '../../../../src/live-state/replay/point-in-time-replay';
import { CandidatePool } from '../../../../src/recommend/serving/candidate-pool';
import { customerProfile } from '../../../../src/features/customer-profile';
import type { RankerModel } from '../../../../src/recommend/artefact/ranker-model';
import { fitSources } from '../../../../src/recommend/training/source-fits';
import { RANKER_WINDOWS, fitAndTestRanker } from '../../../../src/recommend/training/fit-ranker';
import { syntheticPurchases } from '../../live-state/arbitrary-events';

const MINUTE = 60_000;
const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);
const PRODUCTS = 80;
const CUSTOMERS = 200;
const MONTHS = 6;
const VIEWS = 6;
const kernels = loadKernels();
const END = START + MONTHS * 30 * DAY;

const meanOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The product that is bought after a product was viewed last. */
const boughtAfter = (product: number): number => (product * 37 + 11) % PRODUCTS;

/** Synthetic: each month, each customer views random products, and buys what belongs to the last one four days later. */
function visits(): LogEvent[] {
  const random = seededRandom(7);
  const below = (limit: number): number => Math.floor(random() * limit);
  const events: LogEvent[] = [];
  const add = (type: 'VIEW' | 'PURCHASE', customer: number, product: number, occurredAt: number): void => {
    const source = type === 'VIEW' ? 'STOREFRONT' : 'ORDERS';
    const id = `${type}-${events.length}:1`;
    events.push({ source, id, type, occurredAt, customerId: `${customer}`, productId: `p${product}`, quantity: 1 });
  };
  for (let customer = 0; customer < CUSTOMERS; customer++) {
    for (let month = 0; month < MONTHS; month++) {
      const visitAt = START + (month * 30 + 28) * DAY + below(600) * MINUTE;
      const viewed = Array.from({ length: VIEWS }, () => below(PRODUCTS));
      viewed.forEach((product, n) => add('VIEW', customer, product, visitAt + n * MINUTE));
      add('PURCHASE', customer, boughtAfter(viewed[VIEWS - 1]), visitAt + 4 * DAY);
    }
  }
  return events.sort((a, b) => a.occurredAt - b.occurredAt);
}

/** @param rival a model that the new one is compared with: as the incumbent with sessions, as the best without them */
function fitOn(log: readonly LogEvent[], until: number, rival: RankerModel | null = null) {
  const sources = fitSources(log, { until, back: RANKER_WINDOWS, seed: 1, kernels });
  const rivals = rival && {
    incumbent: { model: rival, usesSessions: true },
    best: { model: rival, usesSessions: false },
  };
  const fitted = fitAndTestRanker(log, { until, sources, baskets: false, ...rivals });
  if (fitted === null) throw new Error('the log has too few purchases');
  return fitted;
}

describe('nearest sessions and transitions', () => {
  it('are sources of lists if the sequence of a visit says what is bought, and rank it high', () => {
    const log = visits();
    const { sources, model } = fitOn(log, END);
    expect(sources.usesSessions).toBe(true);
    expect(model.figures.ndcg10Repeat).toBeGreaterThan(0.5);

    const replay = new PointInTimeReplay(log);
    replay.advanceTo(END);
    const { shop } = replay;
    const pool = new CandidatePool();
    const ranks = Array.from({ length: CUSTOMERS }, (_, customer) => {
      const views = log.filter(({ customerId, type }) => customerId === `${customer}` && type === 'VIEW');
      const history = replay.historyOfId(subjectOf(views[0])!);
      pool.collect(shop, customerProfile(shop, history!, END), sources);
      const expected = boughtAfter(Number(views.at(-1)?.productId?.slice(1)));
      const { best } = pool.scores.get('transitions')!;
      return Array.from(best).findIndex((product) => shop.products.idAt(product) === `p${expected}`);
    });
    // By chance, one customer of 80.
    expect(ranks.filter((rank) => rank === 0).length).toBeGreaterThan(CUSTOMERS / 4);
  });

  it('are not, if customers buy by taste', () => {
    const log = syntheticPurchases(100, 60, 160);
    expect(fitOn(log, log[0].occurredAt + 130 * DAY).sources.usesSessions).toBe(false);
  });

  it('are sources of an earlier version in the gate if that version was fitted with them, with any new fit', () => {
    const { holdoutModel } = fitOn(visits(), END);
    const withSessions = fitOn(visits(), END, holdoutModel);
    expect(withSessions.sources.usesSessions).toBe(true);
    // It is the same model.
    for (const { candidate, incumbent, best } of withSessions.evidence!.measures) {
      expect(incumbent).toEqual(candidate);
      expect(meanOf(best!)).toBeLessThan(meanOf(candidate) / 2);
    }
    const log = syntheticPurchases(100, 60, 160);
    const without = fitOn(log, log[0].occurredAt + 130 * DAY, holdoutModel);
    expect(without.sources.usesSessions).toBe(false);
    for (const { incumbent, best } of without.evidence!.measures) {
      expect(incumbent).toHaveLength(best!.length);
      expect(incumbent).not.toEqual(best);
    }
  });
});
