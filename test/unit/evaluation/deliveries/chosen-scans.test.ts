import { chosenScans } from '../../../../src/evaluation/deliveries/chosen-scans';
import type { Scan, ScanType, TrackedParcel } from '../../../../src/logistics/parcel';
import { RandomDraws } from '../../../../src/logistics/simulation/random';

/** Two hubs, then tours until one succeeds. */
function draw(id: number, random: RandomDraws): TrackedParcel {
  const types: ScanType[] = ['HUB_IN', 'HUB_IN', 'OUT_FOR_DELIVERY'];
  while (!random.happens(0.8)) types.push('DELIVERY_ATTEMPTED', 'OUT_FOR_DELIVERY');
  const scans = [...types, 'DELIVERED' as const].map((type, at): Scan => ({ type, at, hub: null }));
  return {
    ...{ id: String(id), carrier: '', service: '', origin: '', originCountry: '', country: '', destination: '' },
    promisedAt: null,
    scans,
  };
}

describe('the scans that are evaluated', () => {
  const random = new RandomDraws(7);
  const parcels = Array.from({ length: 4_000 }, (_, id) => draw(id, random));
  const chosen = chosenScans(parcels, parcels.slice(0, 500), 1);

  it('are tours that fail as often as all tours do', () => {
    const tours = parcels.flatMap(({ scans }) =>
      scans.flatMap((scan, at) => (scan.type === 'OUT_FOR_DELIVERY' ? [{ scan, next: scans[at + 1] }] : [])),
    );
    const own = tours.filter(({ scan }) => chosen.has(scan));
    const failures = own.filter(({ next }) => next.type === 'DELIVERY_ATTEMPTED').length;
    expect(own).toHaveLength(parcels.length);
    expect(Math.abs(failures / own.length - 0.2)).toBeLessThan(0.03);
  });

  it('are one of the usual hubs of each parcel', () => {
    const hubs = parcels.map(({ scans }) => scans.slice(0, 2).map((scan) => chosen.has(scan)));
    expect(hubs.every(([first, second]) => first !== second)).toBe(true);
    expect(Math.abs(hubs.filter(([first]) => first).length / hubs.length - 0.5)).toBeLessThan(0.05);
  });
});
