import { ArrivalDays } from '../../../../src/evaluation/deliveries/arrival-days';
import { estimateScores } from '../../../../src/evaluation/deliveries/estimate-scores';
import type { DeliveryPrediction } from '../../../../src/evaluation/deliveries/live-predictions';
import { PastParcels } from '../../../../src/evaluation/deliveries/past-parcels';
import { utcCalendar } from '../../../../src/evaluation/deliveries/utc-calendar';
import type { TrackedParcel } from '../../../../src/logistics/parcel';

const HOUR = 3_600_000;
const MONDAY = Date.UTC(2026, 0, 5);
const parcel = (hours: number, more: Partial<TrackedParcel> = {}): TrackedParcel => ({
  ...{ id: 'p', carrier: 'DHL', service: 'STANDARD', origin: 'Leipzig', originCountry: 'DE', country: 'DE' },
  ...{ destination: 'DE-1', promisedAt: null },
  scans: [
    { type: 'PICKED_UP', at: MONDAY, hub: null },
    { type: 'DELIVERED', at: MONDAY + hours * HOUR, hub: null },
  ],
  ...more,
});

it('a shop learns from the 200 parcels of the narrowest group that were delivered last', () => {
  const past = new PastParcels(() => utcCalendar(() => false));
  const estimate = (more: Partial<TrackedParcel>, elapsed = 0) => {
    const status = { stage: 'PICKED_UP', at: MONDAY } as const;
    const range = past.estimate(parcel(0, more), status, MONDAY + elapsed * HOUR);
    return range && { ...range, median: (range.median - MONDAY) / HOUR };
  };
  for (let n = 0; n < 19; n++) past.add(parcel(10));
  expect(estimate({})).toBeUndefined();
  past.add(parcel(10, { destination: 'DE-2' }));
  expect(estimate({})).toMatchObject({ basis: 'SERVICE', median: 10, comparedParcels: 20 });
  expect(estimate({ service: 'EXPRESS' })).toMatchObject({ basis: 'CARRIER' });
  expect(estimate({ carrier: 'GLS' })).toBeUndefined();
  for (let n = 0; n < 150; n++) past.add(parcel(20));
  expect(estimate({})).toMatchObject({ basis: 'LANE', median: 20, comparedParcels: 169 });
  // Parcels that have arrived after the same time are not comparable.
  expect(estimate({}, 12)).toMatchObject({ basis: 'LANE', comparedParcels: 150 });
  for (let n = 0; n < 200; n++) past.add(parcel(30));
  expect(estimate({})).toMatchObject({ median: 30, comparedParcels: 200 });
});

it('estimates are scored on the predictions that all of them can make', () => {
  const prediction = (actual: number, pastParcels: DeliveryPrediction['pastParcels']) =>
    ({ actual, predicted: 30, low: 20, high: 40, baseline: 54, pastParcels }) as DeliveryPrediction;
  const range = { low: 24, median: 36, high: 48 };
  const scores = estimateScores('all', [
    ...[prediction(12, range), prediction(30, range), prediction(36, range), prediction(60, range)],
    prediction(30, undefined),
  ]);
  expect(scores).toEqual([
    {
      group: 'all',
      estimate: 'baseline',
      predictions: 4,
      medianErrorHours: 24,
      medianErrorDays: 1,
      earlinessHours: 19.5,
    },
    {
      ...{ group: 'all', estimate: 'past-parcels', predictions: 4, medianErrorHours: 24, medianErrorDays: 1 },
      ...{ earlinessHours: 1.5, coverage: 0.5, early: 0.25, late: 0.25, meanWidth: 24 },
    },
    expect.objectContaining({ estimate: 'freshet', coverage: 0.5, meanWidth: 20 }),
  ]);
  expect(estimateScores('none', [prediction(30, undefined)])).toEqual([]);
});

it('changes of the expected day are counted for each parcel', () => {
  const days = new ArrivalDays();
  expect(days.meanChanges).toBe(0);
  for (const hours of [5, 23, 25, 30, 5]) days.add('a', MONDAY + hours * HOUR);
  days.add('b', MONDAY);
  expect(days.meanChanges).toBe(1);
});
