import { deliveryScores, scoresBy } from '../../../../src/evaluation/deliveries/delivery-scores';
import { estimateScores } from '../../../../src/evaluation/deliveries/estimate-scores';
import { evaluateDeliveries } from '../../../../src/evaluation/deliveries/evaluate-deliveries';
import type { DeliveryPrediction } from '../../../../src/evaluation/deliveries/live-predictions';
import {
  busiestCentralHub,
  daysBehindSlowdown,
  simulateDeliveries,
  withOracle,
} from '../../../../src/evaluation/deliveries/simulated-deliveries';
import { byTime, type Scan, type TrackedParcel } from '../../../../src/logistics/parcel';
import { drawNetwork, routeOf } from '../../../../src/logistics/simulation/network';
import { RandomDraws } from '../../../../src/logistics/simulation/random';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A hub becomes slow during the last month. */
const SETTINGS = { seed: 4, parcels: 9_000, slowdown: 4, draws: 60 };

describe('the evaluation of delivery estimates', () => {
  const simulated = simulateDeliveries(SETTINGS);
  const { parcels, cut, isHoliday, calendarOf, slowdown } = simulated;
  const few = parcels.filter((_, n) => n % 3 === 0);

  it('is close to what can be known, with intervals that hold, also when a hub becomes slow', () => {
    const { predictions } = evaluateDeliveries(parcels, {
      cut,
      isHoliday,
      calendarOf,
      seed: 1,
      onProgress: () => undefined,
    });
    const scored = withOracle(predictions, simulated, SETTINGS);
    const all = deliveryScores('all', scored);
    expect(all.predictions).toBeGreaterThan(8_000);
    expect(all.oracle).toBeLessThan(all.freshet);
    expect(all.gapClosed).toBeGreaterThan(0.7);
    expect(Math.abs(all.coverage - 0.8)).toBeLessThan(0.03);
    expect(all.intervalScoreRatio).toBeLessThan(1.2);
    // The estimate of a shop has ranges that hold, too, and a larger error.
    const [baseline, shop, freshet] = estimateScores('all', scored);
    expect(shop.predictions).toBeGreaterThan(8_000);
    expect(Math.abs(shop.coverage! - 0.8)).toBeLessThan(0.04);
    expect(shop.medianErrorHours).toBeLessThan(baseline.medianErrorHours);
    expect(freshet.medianErrorHours).toBeLessThan(shop.medianErrorHours);
    expect(scoresBy(scored, ({ stage }) => stage).map(({ group }) => group)).toContain('OUT_FOR_DELIVERY');
    const isBehind = (prediction: DeliveryPrediction) => (daysBehindSlowdown(prediction, slowdown!) ?? -1) >= 1;
    const behind = deliveryScores('slow hub ahead', scored.filter(isBehind));
    expect(behind.predictions).toBeGreaterThan(150);
    expect(behind.freshet).toBeLessThan(1.25 * behind.oracle!);
    expect(behind.freshet).toBeLessThan(0.8 * behind.baseline);
  });

  it('does not depend on later scans', () => {
    const middle = cut + 15 * DAY;
    const evaluate = (all: readonly TrackedParcel[]) =>
      evaluateDeliveries(all, { cut, isHoliday, calendarOf, seed: 1, onProgress: () => undefined }).predictions;
    const random = new RandomDraws(8);
    const later = (scan: Scan): Scan =>
      scan.at <= middle ? scan : { ...scan, at: middle + 1 + (scan.at - middle) * random.between(0.5, 5) };
    const changed = few.map((parcel) => ({ ...parcel, scans: parcel.scans.map(later).sort(byTime) }));
    const early = (all: readonly DeliveryPrediction[]) =>
      new Map(
        all
          .filter(({ parcel, scan }) => parcel.scans[scan].at <= middle)
          .map(({ parcel, scan, predicted, low, high, pastParcels }) => [
            `${parcel.id} ${scan}`,
            [predicted, low, high, pastParcels],
          ]),
      );
    const [before, after] = [evaluate(few), evaluate(changed)];
    const [predicted, predictedOfChanged] = [early(before), early(after)];
    const common = [...predicted.keys()].filter((key) => predictedOfChanged.has(key));
    expect(common.length).toBeGreaterThan(500);
    for (const key of common) expect([key, predictedOfChanged.get(key)]).toEqual([key, predicted.get(key)]);
    // The later scans did change what is predicted after them.
    expect(after.map(({ high }) => high)).not.toEqual(before.map(({ high }) => high));
  });

  it('has finite intervals and the nominal coverage of arrivals, where one of nine orders is cancelled', () => {
    const random = new RandomDraws(12);
    const withCancelled = few.map((parcel) =>
      random.happens(0.11) ? { ...parcel, scans: parcel.scans.slice(0, 1) } : parcel,
    );
    const { predictions } = evaluateDeliveries(withCancelled, {
      cut,
      isHoliday,
      calendarOf,
      seed: 1,
      onProgress: () => undefined,
    });
    const labelled = predictions.filter(({ stage }) => stage === 'LABEL_CREATED');
    expect(predictions.every(({ high }) => Number.isFinite(high))).toBe(true);
    expect(Math.abs(deliveryScores('label', labelled).coverage - 0.8)).toBeLessThan(0.05);
  });

  it('is not changed by a few wrong dates', () => {
    const wrong = [0, 1].map((n): TrackedParcel => {
      const [label] = few[n].scans;
      const at = cut + 300 * DAY * n - 5_000 * DAY * (1 - n);
      return {
        ...parcels[n],
        id: `wrong ${n}`,
        scans: [
          { ...label, at },
          { ...label, type: 'DELIVERED', at: at + DAY },
        ],
      };
    });
    const evaluate = (all: readonly TrackedParcel[]) =>
      evaluateDeliveries(all, { cut: undefined, isHoliday, calendarOf, seed: 1, onProgress: () => undefined });
    const [before, after] = [evaluate(few), evaluate([...few, ...wrong])];
    expect([after.cut, after.cohortDays]).toEqual([before.cut, before.cohortDays]);
    expect(Math.abs(after.predictions.length - before.predictions.length)).toBeLessThan(
      0.05 * before.predictions.length,
    );
  });

  it('fits and calibrates on different parcels, also if many labels have the same time', () => {
    const random = new RandomDraws(6);
    const dated = Array.from({ length: 3_000 }, (_, n): TrackedParcel => {
      const at = cut + Math.floor(n / 50) * DAY;
      const delivered: Scan = { type: 'DELIVERED', at: at + random.logNormal(40, 0.3) * HOUR, hub: null };
      return { ...few[n % few.length], id: String(n), scans: [{ type: 'LABEL_CREATED', at, hub: null }, delivered] };
    });
    const { fittedParcels } = evaluateDeliveries(dated, {
      ...{ cut: undefined, isHoliday, calendarOf, seed: 1 },
      onProgress: () => undefined,
    });
    expect(fittedParcels % 50).toBe(0);
    expect(fittedParcels).toBeGreaterThan(1_000);
  });

  it('slows down the central hub on the routes to most regions', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const network = drawNetwork(seed, [20_000, 20_200]);
      const regionsOf = (hub: string) =>
        network.carriers.flatMap((carrier) =>
          network.regions.filter((region) => routeOf(carrier, network.origins[0], region).includes(hub)),
        ).length;
      const most = Math.max(...[...network.hubs.keys()].filter((hub) => hub.includes('central')).map(regionsOf));
      expect(regionsOf(busiestCentralHub(network))).toBe(most);
    }
  });

  it('simulates as many parcels as requested', () => {
    const count = simulateDeliveries({ seed: 1, parcels: 100, slowdown: 1, draws: 1 }).parcels.length;
    expect(Math.abs(count - 100)).toBeLessThan(3);
  });

  it('refuses parcels that are too few or too new', () => {
    const evaluate = (some: readonly TrackedParcel[], at?: number) => () =>
      evaluateDeliveries(some, { cut: at, isHoliday, calendarOf, seed: 1, onProgress: () => undefined });
    expect(evaluate([])).toThrow('there are no parcels');
    expect(evaluate(parcels.slice(0, 300))).toThrow(
      /^only \d+ parcels are at least \d+ days old at the cut; 500 are needed$/,
    );
    expect(evaluate(parcels, cut + 400 * DAY)).toThrow(/^no parcel after the cut is at least \d+ days old at the end/);
  });
});
