import type { LogEvent } from '../../../../src/events/log-event';
import { IdTable } from '../../../../src/learn/id-table';
import { RANKER_WINDOWS } from '../../../../src/recommend/training/fit-ranker';
import { historyTransitions } from '../../../../src/recommend/training/history-transitions';
import { ScoreVector } from '../../../../src/recommend/artefact/score-vector';
import { fitTemporalRidges } from '../../../../src/recommend/training/fit-temporal-ridge';
import { TemporalRidgeModel } from '../../../../src/recommend/artefact/temporal-ridge-model';
import { syntheticPurchases } from '../../live-state/arbitrary-events';

const DAY = 86_400_000;
const log = syntheticPurchases(100, 60, 180);
const until = log[0].occurredAt + 160 * DAY;

/** The same log up to `from`; after it all customers buy something else. */
const altered = (from: number): LogEvent[] =>
  log.map((event) => (event.occurredAt < from ? event : { ...event, productId: 'p1', quantity: 9 }));

/** Every customer who had tea buys cups a month later; every customer who had wine buys corks. */
function sequels(): LogEvent[] {
  const events: LogEvent[] = [];
  for (let customer = 0; customer < 60; customer++) {
    const [first, then] = customer % 2 === 0 ? ['tea', 'cups'] : ['wine', 'corks'];
    const start = Date.UTC(2011, 0, 1) + (customer % 20) * DAY;
    [first, then].forEach((productId, n) =>
      events.push({
        source: 'ORDERS',
        id: `${customer}-${n}:1`,
        type: 'PURCHASE',
        occurredAt: start + n * 40 * DAY,
        customerId: `${customer}`,
        productId,
        quantity: 1,
      }),
    );
  }
  return events.sort((a, b) => a.occurredAt - b.occurredAt);
}

function scoresOf(model: TemporalRidgeModel, products: IdTable, history: readonly string[]): ScoreVector {
  const out = new ScoreVector();
  out.reset(products.size);
  model.score(
    products,
    Int32Array.from(history, (id) => products.indexOf(id)),
    out,
  );
  return out;
}

describe('history transitions', () => {
  it('hold what was wanted before each window and bought within it', () => {
    const products = new IdTable();
    const events = sequels();
    const end = Date.UTC(2011, 2, 2);
    const [newest, older] = historyTransitions(events, products, {
      until: end,
      horizon: 30 * DAY,
      windows: 2,
      maxCustomers: 1000,
      seed: 1,
    });
    expect(newest.start - older.start).toBe(30 * DAY);
    const named = (list: Int32Array): string => Array.from(list, (product) => products.idAt(product)).join(' ');
    expect(new Set(newest.transitions.map(({ before, bought }) => `${named(before)} > ${named(bought)}`))).toEqual(
      new Set(['tea > cups', 'wine > corks']),
    );
    expect(older.transitions.length).toBe(0);
  });
});

describe('the temporal ridge', () => {
  it('learns which products follow others', () => {
    const events = sequels();
    const cut = Date.UTC(2011, 2, 2);
    const model = fitTemporalRidges(events, { until: cut }).asOf(cut) as TemporalRidgeModel;
    const products = new IdTable();
    for (const id of ['corks', 'unknown', 'cups', 'wine', 'tea']) products.intern(id);
    const scores = scoresOf(model, products, ['tea', 'unknown']);
    expect(scores.values[products.indexOf('cups')]).toBeGreaterThan(0.5);
    expect(scores.values[products.indexOf('corks')]).toBeLessThan(0.01);
    const history = Int32Array.from(['tea', 'wine'], (id) => products.indexOf(id));
    expect(model.strongestSource(products, history, products.indexOf('corks'))).toBe(products.indexOf('wine'));
    expect(model.strongestSource(products, history, products.indexOf('unknown'))).toBe(-1);
  });

  it('uses no data after the requested instant', () => {
    for (const back of [0, 1, 2, 3]) {
      const start = until - back * 30 * DAY;
      const fit = (events: readonly LogEvent[]): Uint8Array | undefined =>
        // The penalty may rest on later windows than the oldest requested one, so it is left out of the comparison.
        fitTemporalRidges(events, { until: start, back: 0 }).asOf(start)?.encode();
      const own = fit(log);
      expect(own).toBeDefined();
      expect(fit(altered(start))).toEqual(own);
      expect(fit(altered(start - 10 * DAY))).not.toEqual(own);
    }
  });

  it('for an earlier instant, equals a fit on the log up to there, except for the penalty', () => {
    const start = until - 60 * DAY;
    const options = { until, back: RANKER_WINDOWS };
    const later = fitTemporalRidges(log, options).asOf(start) as TemporalRidgeModel;
    const other = fitTemporalRidges(altered(start), options).asOf(start) as TemporalRidgeModel;
    expect(other.encode()).toEqual(later.encode());
  });

  it('is absent for an instant without earlier events', () => {
    expect(fitTemporalRidges([], { until }).asOf(until)).toBeNull();
    expect(fitTemporalRidges(log, { until: log[0].occurredAt }).asOf(log[0].occurredAt)).toBeNull();
  });

  it('scores alike after it was written and read, and rejects foreign bytes', () => {
    const model = fitTemporalRidges(log, { until }).asOf(until) as TemporalRidgeModel;
    const bytes = model.encode();
    const decoded = TemporalRidgeModel.decode(bytes);
    const products = new IdTable();
    for (const id of model.rows.productIds) products.intern(id);
    const history = model.rows.productIds.slice(0, 5);
    expect(scoresOf(decoded, products, history).values).toEqual(scoresOf(model, products, history).values);
    expect(decoded.encode()).toEqual(bytes);
    expect(() => TemporalRidgeModel.decode(bytes.slice(0, -1))).toThrow();
    expect(() => TemporalRidgeModel.decode(Uint8Array.of(1, 65, 1))).toThrow('expected freshet-temporal-ridge');
  });
});
