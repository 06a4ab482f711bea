import type { LogEvent } from '../../../../src/events/log-event';
import { FEATURES } from '../../../../src/features/feature-set';
import { evaluateGate } from '../../../../src/models/gate';
import type { RankerModel } from '../../../../src/recommend/artefact/ranker-model';
import { fitAndTestRanker } from '../../../../src/recommend/training/fit-ranker';
import { fitRanker } from '../../../setup/fit-ranker';
import { rankerEvidence } from '../../../../src/recommend/training/ranker-evidence';
import { collectExamples } from '../../../../src/recommend/training/ranker-examples';
import { NO_MODELS } from '../../../../src/recommend/sources/source';
import { PointInTimeReplay } from '../../../../src/live-state/replay/point-in-time-replay';
import { syntheticPurchases } from '../../live-state/arbitrary-events';

const DAY = 86_400_000;
const log = syntheticPurchases(100, 60, 160);
const until = log[0].occurredAt + 130 * DAY;
const options = { horizon: 30 * DAY, windows: 3, negativeShare: 0.25, customersPerWindow: 1000, seed: 1 };

/** The same log up to `from`; after it other customers buy other products. */
function altered(from: number): LogEvent[] {
  return log.map((event) =>
    event.occurredAt < from
      ? event
      : {
          ...event,
          productId: `other${event.productId}`,
          customerId: `${(Number(event.customerId) * 7) % 100}`,
          quantity: 9,
        },
  );
}

describe('the blend', () => {
  it('learns only from events before `until`: changing everything after it changes no bit of it', () => {
    const own = fitRanker(log, { until })?.encode();
    expect(own).toBeDefined();
    expect(fitRanker(altered(until), { until })?.encode()).toEqual(own);
    expect(
      fitRanker(
        log.filter(({ occurredAt }) => occurredAt < until),
        { until },
      )?.encode(),
    ).toEqual(own);
  });

  it('builds candidates and features as of a window’s start: changing later events changes labels only', () => {
    const newest = { ...options, until, windows: 1 };
    const keyed = (events: readonly LogEvent[]): Set<string> =>
      new Set(
        collectExamples(new PointInTimeReplay(events), newest).flatMap(({ lists }) =>
          lists.map(({ features, boughtBefore }) => JSON.stringify([Array.from(features), Array.from(boughtBefore)])),
        ),
      );
    const real = keyed(log);
    // Every customer who buys in both futures has the same rows in both.
    const other = keyed(log.map((e) => (e.occurredAt < until - 30 * DAY ? e : { ...e, productId: 'p1', quantity: 5 })));
    expect(real.size).toBeGreaterThan(50);
    expect(other).toEqual(real);
  });

  it('a leak would be detected: features change when the past changes', () => {
    const rows = (events: readonly LogEvent[]): number[] =>
      collectExamples(new PointInTimeReplay(events), { ...options, until }).flatMap(({ lists }) =>
        Array.from(lists[0].features),
      );
    expect(rows(altered(until - 61 * DAY))).not.toEqual(rows(log));
  });

  it('learns that customers buy again, and reports how well', () => {
    const model = fitRanker(log, { until });
    expect(model?.figures.ndcg10Repeat).toBeGreaterThan(0.2);
    expect(model?.figures.ndcg10New).toBeGreaterThan(0);
    const { calibration } = model?.figures ?? {};
    expect(calibration?.brier).toBeLessThan(calibration?.brierOfMean as number);
    expect(model?.featureNames).toHaveLength(FEATURES.length);
    expect(new Set(model?.featureNames).size).toBe(FEATURES.length);
  });

  it('chooses nothing on the window that the gate judges by', () => {
    const twinOf = (events: readonly LogEvent[]) =>
      fitAndTestRanker(events, { until, baskets: false })?.holdoutModel?.encode();
    const own = twinOf(log);
    expect(own).toBeDefined();
    // Two cases of the newest window: customers buy others' products, or all buy the same one.
    const newest = until - 30 * DAY;
    const swapped = (to: (event: LogEvent) => Partial<LogEvent>) =>
      log.map((event) => (event.occurredAt < newest ? event : { ...event, ...to(event) }));
    expect(twinOf(altered(newest))).toEqual(own);
    for (const factor of [3, 7, 11]) {
      const others = swapped(({ customerId }) => ({ customerId: `${(Number(customerId) * factor + 1) % 100}` }));
      expect(twinOf(others)).toEqual(own);
    }
    expect(twinOf(swapped(() => ({ productId: 'p1' })))).toEqual(own);
    expect(twinOf(altered(until - 61 * DAY))).not.toEqual(own);
  });

  it('is refused by the gate if its probabilities are overconfident, although it ranks as well', () => {
    const windows = collectExamples(new PointInTimeReplay(log), { ...options, until });
    const newest = windows[windows.length - 1];
    const { holdoutModel } = fitAndTestRanker(log, { until, baskets: false })!;
    const evidenceOf = (model: RankerModel) => rankerEvidence({ model, usesSessions: false }, newest, null);
    const measures = evidenceOf(holdoutModel!).measures.slice(0, 1);
    const judged = (slope: number, intercept: number) => {
      const { chances, measures: scaled } = evidenceOf(holdoutModel!.withScaling({ slope, intercept }));
      expect(scaled[0].candidate).toEqual(measures[0].candidate);
      const same = {
        unit: 'list',
        baselineName: 'popularity',
        coverage: { candidate: 1, incumbent: 1 },
        time: { candidateMs: 1, incumbentMs: 1 },
        finite: true,
      };
      return evaluateGate({ ...same, chances, measures }, 1);
    };
    expect(judged(1, 0)).toMatchObject({ passed: true, warnings: [] });
    // A drifted base rate is a property of the shop: the next fit learns it.
    for (const drift of [Math.log(4), -Math.log(4)]) {
      const { passed, warnings } = judged(1, drift);
      expect([passed, warnings]).toEqual([true, [expect.stringContaining('base rate')]]);
    }
    for (const slope of [4, 8])
      expect(judged(slope, 0)).toMatchObject({ passed: false, reasons: [expect.stringContaining('probabilities')] });
  });

  // With the features of sessions, although all scores of sessions are 0, these fits would be better by chance.
  it.each([
    { day: 153, seed: 1 },
    { day: 129, seed: 2 },
  ])('has no sessions as sources if its examples were collected without them: day $day', ({ day, seed }) => {
    const end = log[0].occurredAt + day * DAY;
    const { model, sources } = fitAndTestRanker(log, { until: end, seed, baskets: false })!;
    expect(sources).toEqual(NO_MODELS);
    const weights = FEATURES.flatMap(({ group }, f) =>
      group === 'nearest-sessions' || group === 'transitions' ? [model.weightsNew[f], model.weightsBought[f]] : [],
    );
    expect(weights).toEqual(weights.map(() => 0));
    expect(weights).toHaveLength(16);
  });

  it('is null if there is too little to learn from', () => {
    expect(fitRanker([], { until })).toBeNull();
    expect(fitRanker(log.slice(0, 300), { until })).toBeNull();
  });
});
