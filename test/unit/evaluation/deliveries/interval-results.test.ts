import { IntervalResults, type QuantilePrediction } from '../../../../src/evaluation/deliveries/interval-results';
import type { Scan, TrackedParcel } from '../../../../src/logistics/parcel';
import { RandomDraws } from '../../../../src/logistics/simulation/random';

const HOUR = 3_600_000;

/** A parcel with a label, and its prediction without spread: always 10 hours. */
function predict(id: number, labelled: number, ...later: Scan[]): QuantilePrediction {
  const parcel: TrackedParcel = {
    ...{ id: String(id), carrier: '', service: '', origin: '', originCountry: '', country: '', destination: '' },
    promisedAt: null,
    scans: [{ type: 'LABEL_CREATED', at: labelled, hub: null }, ...later],
  };
  const median = Math.log(10);
  return { parcel, stage: 'LABEL_CREATED', at: labelled, quantiles: { low: median, median, high: median } };
}

const delivered = (at: number): Scan => ({ type: 'DELIVERED', at, hub: null });

/** Parcels every tenth of an hour. A share of them never arrives. */
function predictions(count: number, cancelledShare: number): QuantilePrediction[] {
  const random = new RandomDraws(2);
  return Array.from({ length: count }, (_, n) => {
    const at = n * 0.1 * HOUR;
    const isCancelled = random.happens(cancelledShare);
    return predict(n, at, ...(isCancelled ? [] : [delivered(at + random.logNormal(10, 0.5) * HOUR)]));
  });
}

/** The share of arrivals inside their intervals, of the second half. */
function coverageAfter(all: readonly QuantilePrediction[], results: IntervalResults): number {
  const inside: boolean[] = [];
  for (const prediction of all) {
    results.closeUntil(prediction.at);
    const interval = results.intervalOf(prediction);
    results.open(prediction, interval);
    const arrival = prediction.parcel.scans[1];
    if (arrival === undefined) continue;
    const hours = (arrival.at - prediction.at) / HOUR;
    inside.push(interval.low <= hours && hours <= interval.high);
  }
  const half = inside.slice(inside.length >> 1);
  return half.filter(Boolean).length / half.length;
}

describe('intervals for parcels that arrive', () => {
  it.each([0, 0.11, 0.4])('are finite and keep their coverage where a share of %d never arrives', (share) => {
    const [early, late] = [predictions(3_000, share), predictions(12_000, share)];
    const cut = 1_000 * HOUR;
    const results = new IntervalResults();
    results.calibrate(early, 200 * HOUR, cut);
    const first = results.intervalOf(early[0]);
    // The 10 % and 90 % quantiles of the log-normal distribution.
    expect(Math.abs(Math.log(first.low / 10) + 0.64)).toBeLessThan(0.08);
    expect(Math.abs(Math.log(first.high / 10) - 0.64)).toBeLessThan(0.08);
    const shifted = late.map(({ parcel, at, ...rest }) => ({
      ...rest,
      at: at + cut,
      parcel: { ...parcel, scans: parcel.scans.map((scan) => ({ ...scan, at: scan.at + cut })) },
    }));
    expect(Math.abs(coverageAfter(shifted, results) - 0.8)).toBeLessThan(0.03);
  });

  it('are not corrected at first where there are few results', () => {
    const results = new IntervalResults();
    results.calibrate(predictions(99, 0), 1_000 * HOUR, 1_000 * HOUR);
    const { low, high } = results.intervalOf(predict(0, 0));
    expect([low, high]).toEqual([expect.closeTo(10), expect.closeTo(10)]);
  });

  it('ignore a parcel that is known not to arrive', () => {
    const results = new IntervalResults();
    results.calibrate(predictions(2_000, 0), 150 * HOUR, 1_000 * HOUR);
    const lost = predict(0, 1_000 * HOUR, { type: 'LOST', at: 1_001 * HOUR, hub: null });
    const before = results.intervalOf(lost);
    results.open(lost, before);
    results.closeUntil(2_000 * HOUR);
    expect(results.intervalOf(lost)).toEqual(before);
    const late = predict(1, 2_000 * HOUR, delivered(2_900 * HOUR));
    results.open(late, results.intervalOf(late));
    results.closeUntil(3_000 * HOUR);
    expect(results.intervalOf(lost).high).toBeGreaterThan(before.high);
  });

  it('wait for the results that are pending when they begin', () => {
    const results = new IntervalResults();
    const early = predictions(10_001, 0);
    results.calibrate(early, 900 * HOUR, 1_000 * HOUR);
    const before = results.intervalOf(early[0]);
    results.closeUntil(1_100 * HOUR);
    expect(results.intervalOf(early[0])).not.toEqual(before);
  });
});
