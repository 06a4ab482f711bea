import { ArrivalDays } from '../../../../src/evaluation/deliveries/arrival-days';
import { estimateScores } from '../../../../src/evaluation/deliveries/estimate-scores';
import type { DeliveryPrediction } from '../../../../src/evaluation/deliveries/live-predictions';

const HOUR = 3_600_000;
const MONDAY = Date.UTC(2026, 0, 5);
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
