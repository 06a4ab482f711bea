import { demoVisitors } from '../../../bench/demo-sessions';
import { behaviourQuality } from '../../../src/customers/behaviour/behaviour-quality';
import { BEHAVIOURS } from '../../../src/customers/behaviour/behaviour-label';
import { countLabels, fitBehaviour } from '../../../src/customers/behaviour/fit-behaviour';
import { SessionExamples } from '../../../src/customers/behaviour/session-examples';
import { fitSegments } from '../../../src/customers/segments/fit-segments';
import { segmentFeatures } from '../../../src/customers/segments/segment-features';
import { fitValueModel } from '../../../src/customers/value/fit-value-model';
import { valueCuts } from '../../../src/customers/value/value-cuts';
import { valueEvidence } from '../../../src/customers/value/value-evidence';
import { ValueExamples } from '../../../src/customers/value/value-examples';
import { summarizePurchases, type PurchaseLine } from '../../../src/features/purchase-summary';
import { demoProducts } from '../../../src/demo/demo-catalogue';
import { demoHistory } from '../../../src/demo/demo-history';
import { pricesByProduct } from '../../../src/demo/demo-orders';
import { evaluateGate } from '../../../src/models/gate';
import { purchasesOf } from '../../setup/demo-events';

const HORIZON_DAYS = 90;
const OPENED_AT = ['2026-01-01T00:05:00Z', '2026-07-06T14:00:00Z', '2026-11-21T19:15:00Z'];

/** The order lines of each customer of a demo that opens at an instant. */
function linesByCustomer(now: number): PurchaseLine[][] {
  const products = demoProducts(new Date(now));
  const byId = new Map(products.map((product) => [product.id, product]));
  const { earlierPurchases, orders } = demoHistory(products, now);
  const prices = pricesByProduct(products);
  const lines = new Map<string, PurchaseLine[]>();
  for (const event of [...earlierPurchases, ...orders.flatMap((order) => purchasesOf(order, prices))]) {
    if (event.customerId === undefined) continue;
    const { categories, listPrice } = byId.get(event.productId!)!;
    const own = lines.get(event.customerId) ?? [];
    lines.set(event.customerId, own);
    own.push({
      at: event.occurredAt,
      orderKey: event.id.split(':')[0],
      productId: event.productId!,
      category: categories?.[0] ?? null,
      units: event.quantity,
      isReturn: false,
      unitPrice: Number(event.unitPrice),
      listPrice: listPrice ? Number(listPrice.amount) : null,
    });
  }
  return [...lines].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, own]) => own);
}

describe.each(OPENED_AT)('the customers of a demo that opens at %s', (openedAt) => {
  const now = Date.parse(openedAt);
  const customers = linesByCustomer(now);

  it('are in segments, each of which has a name', () => {
    const features = customers.flatMap((lines) => segmentFeatures(summarizePurchases(lines, now)) ?? []);
    const fit = fitSegments(features, { asOf: now, previous: null, seed: 1 });
    if ('reason' in fit) throw new Error(fit.reason);
    const names = fit.artefact.segments.map(({ name }) => name);
    expect(names.length).toBeGreaterThanOrEqual(4);
    expect(new Set(names).size).toBe(names.length);
  });

  it('have enough purchases for a model of their value, which passes the gate', () => {
    const times = customers.flat().map(({ at }) => at);
    const first = times.reduce((min, at) => Math.min(min, at), Infinity);
    const last = times.reduce((max, at) => Math.max(max, at), 0);
    const cuts = valueCuts(first, last + 1, HORIZON_DAYS)!;
    expect(cuts.beforeNewest.length).toBeGreaterThan(0);
    const examples = new ValueExamples(cuts.all, HORIZON_DAYS);
    for (const lines of customers) examples.add(lines);
    const holdout = fitValueModel(examples, { cuts: cuts.beforeNewest, seed: 1 });
    if ('tooLittle' in holdout) throw new Error(holdout.tooLittle);
    const evidence = valueEvidence(examples, {
      cut: cuts.fitted[0],
      fittedCuts: cuts.beforeNewest,
      candidate: holdout.model,
      incumbent: null,
      best: null,
      clock: () => 0,
    });
    const { passed, reasons } = evaluateGate(evidence, 1);
    expect({ passed, reasons }).toEqual({ passed: true, reasons: [] });
  });
});

describe('the sessions of the demo', () => {
  const examples = new SessionExamples();
  for (const visitor of demoVisitors({})) examples.add(visitor, Infinity);

  it('have at least 100 of each behaviour', () => {
    const counts = countLabels(examples);
    for (const label of BEHAVIOURS) expect({ label, enough: counts[label] >= 100 }).toEqual({ label, enough: true });
  });

  it('that compare, and those that look for low prices, are found', () => {
    const fit = fitBehaviour(examples, 1);
    if ('tooLittle' in fit) throw new Error(fit.tooLittle);
    const { labels } = behaviourQuality(fit.holdoutModel.behaviour!, examples, fit.test);
    for (const label of ['COMPARE', 'BARGAIN'] as const) {
      expect(labels[label].recall).toBeGreaterThan(0.3);
      expect(labels[label].precision).toBeGreaterThan(labels[label].sessions / fit.test.length);
    }
  });
});
