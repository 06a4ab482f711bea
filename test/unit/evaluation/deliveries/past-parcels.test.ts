import { PastParcels, type ComparedParcel } from '../../../../src/evaluation/deliveries/past-parcels';
import { TimeZone } from '../../../../src/streams/window/time-zone';

const HOUR = 3_600_000;
const MONDAY = Date.UTC(2026, 0, 5);
const calendar = { timeZone: new TimeZone('UTC'), isClosed: () => false };
const parcel = { carrier: 'DHL', service: 'STANDARD', lane: 'DE → DE-1', calendar };

it('a shop learns from the 200 parcels of the narrowest group that were delivered last', () => {
  const past = new PastParcels();
  const add = (hours: number, more: Partial<ComparedParcel> = {}) =>
    past.add({ ...parcel, ...more }, [
      { type: 'PICKED_UP', at: MONDAY },
      { type: 'DELIVERED', at: MONDAY + hours * HOUR },
    ]);
  const estimate = (more: Partial<ComparedParcel>, elapsed = 0) => {
    const status = { stage: 'PICKED_UP', at: MONDAY } as const;
    const range = past.estimate({ ...parcel, ...more }, status, MONDAY + elapsed * HOUR);
    return range && { ...range, median: (range.median - MONDAY) / HOUR };
  };
  for (let n = 0; n < 19; n++) add(10);
  expect(estimate({})).toBeUndefined();
  add(10, { lane: 'DE → DE-2' });
  expect(estimate({})).toMatchObject({ basis: 'SERVICE', median: 10, comparedParcels: 20 });
  expect(estimate({ service: 'EXPRESS' })).toMatchObject({ basis: 'CARRIER' });
  expect(estimate({ carrier: 'GLS' })).toBeUndefined();
  for (let n = 0; n < 150; n++) add(20);
  expect(estimate({})).toMatchObject({ basis: 'LANE', median: 20, comparedParcels: 169 });
  // Parcels that have arrived after the same time are not comparable.
  expect(estimate({}, 12)).toMatchObject({ basis: 'LANE', comparedParcels: 150 });
  for (let n = 0; n < 200; n++) add(30);
  expect(estimate({})).toMatchObject({ median: 30, comparedParcels: 200 });
});
