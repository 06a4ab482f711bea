import type { LogEvent } from '../../../../src/events/log-event';
import { loadKernels } from '../../../../src/platform/kernels';
import { RANKER_WINDOWS, fitAndTestRanker } from '../../../../src/recommend/training/fit-ranker';
import { decodeRanker, encodeRanker } from '../../../../src/recommend/artefact/ranker-artefact';
import { collectExamples } from '../../../../src/recommend/training/ranker-examples';
import { PointInTimeReplay } from '../../../../src/live-state/replay/point-in-time-replay';
import { fitSources } from '../../../../src/recommend/training/source-fits';
import { NO_MODELS, type SourceModels } from '../../../../src/recommend/sources/source';
import { syntheticPurchases } from '../../live-state/arbitrary-events';

const DAY = 86_400_000;
const log = syntheticPurchases(60, 40, 180);
const until = log[0].occurredAt + 160 * DAY;
const kernels = loadKernels();

/** The same log up to `from`; after it all customers buy something else. */
const altered = (from: number): LogEvent[] =>
  log.map((event) => (event.occurredAt < from ? event : { ...event, productId: 'p1', quantity: 9 }));

const before = (from: number): LogEvent[] => log.filter(({ occurredAt }) => occurredAt < from);

/** The models fitted as of `until`, as bytes. */
function bytesOf(events: readonly LogEvent[]): Uint8Array | undefined {
  const sources = fitSources(events, { until, back: RANKER_WINDOWS, kernels });
  // The basket ranker has its own test of this.
  const tested = fitAndTestRanker(events, { until, sources, baskets: false });
  return tested === null ? undefined : encodeRanker({ ...tested, easeLambda: sources.easeLambda });
}

/** EASE and iALS as of an instant. */
function fittedAsOf(events: readonly LogEvent[], time: number): SourceModels {
  const walk = new PointInTimeReplay(events);
  walk.advanceTo(time);
  return fitSources(events, { until: time, back: RANKER_WINDOWS, kernels }).asOf(time, walk);
}

describe('the models that sources score with', () => {
  const whole = bytesOf(log) as Uint8Array;

  it('and the blend over it, is the same bytes for the same data, with any events after `until`', () => {
    expect(bytesOf(altered(until))).toEqual(whole);
    expect(bytesOf(before(until))).toEqual(whole);
    expect(bytesOf(altered(until - 5 * DAY))).not.toEqual(whole);
  });

  it.each([0, 1, 2, 3])('as of the start of the window %i back, equal those of a log that ends there', (back) => {
    const start = until - back * 30 * DAY;
    const bytes = ({ ease, ials, temporalRidge, usesSessions }: SourceModels): Uint8Array =>
      encodeRanker({ ...decodeRanker(whole), sources: { ease, ials, temporalRidge, usesSessions } });
    const own = fittedAsOf(log, start);
    expect(own.ease).not.toBeNull();
    expect(own.ials).not.toBeNull();
    expect(bytes(fittedAsOf(before(start), start))).toEqual(bytes(own));
    expect(bytes(fittedAsOf(altered(start), start))).toEqual(bytes(own));
    expect(bytes(fittedAsOf(altered(start - 10 * DAY), start))).not.toEqual(bytes(own));
  });

  it('give candidates and features of the newest window without data from that window', () => {
    const start = until - 30 * DAY;
    const rows = (events: readonly LogEvent[]): Set<string> => {
      const options = { until, horizon: 30 * DAY, windows: 1, negativeShare: 1, customersPerWindow: 1000, seed: 1 };
      // The penalties are chosen on older windows.
      const sources = fitSources(events, { until, back: RANKER_WINDOWS, kernels });
      const windows = collectExamples(new PointInTimeReplay(events), {
        ...options,
        modelsAsOf: (time, known) => sources.asOf(time, known),
      });
      const lists = windows.flatMap((window) => window.lists);
      return new Set(lists.map((list) => JSON.stringify([Array.from(list.products), Array.from(list.features)])));
    };
    const own = rows(log);
    expect(own.size).toBeGreaterThan(40);
    expect(rows(altered(start))).toEqual(own);
    expect(rows(altered(start - 10 * DAY))).not.toEqual(own);
  });

  it('are stored in the artefact, whole', () => {
    const decoded = decodeRanker(whole);
    expect(encodeRanker(decoded)).toEqual(whole);
    const without = encodeRanker({ ...decoded, sources: NO_MODELS });
    expect(decodeRanker(without).sources).toEqual(NO_MODELS);
    expect(() => decodeRanker(whole.slice(0, -1))).toThrow();
  });

  it('are absent if there are no events', () => {
    const walk = new PointInTimeReplay([]);
    const sources = fitSources([], { until, back: RANKER_WINDOWS, kernels });
    // Nearest sessions and transitions need no model.
    expect(sources.asOf(until, walk)).toEqual({ ...NO_MODELS, usesSessions: true });
  });
});
