import { scansInOrder, TransitState } from '../../../../src/logistics/estimate/transit-state';
import { byTime, type Parcel, type Scan, type ScanType, type TrackedParcel } from '../../../../src/logistics/parcel';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const parcel: Parcel = {
  ...{ id: 'P', carrier: '', service: '', origin: '', originCountry: '', country: '', destination: '' },
  promisedAt: null,
};
const scan = (type: ScanType, at: number, hub: string | null = null): Scan => ({ type, at, hub });

describe('the state of parcels', () => {
  it('has an exception on the day of the delivery before the delivery', () => {
    const scans = [scan('DELIVERED', 5 * DAY), scan('EXCEPTION', 5 * DAY), scan('LABEL_CREATED', DAY)].sort(byTime);
    expect(scans.map(({ type }) => type)).toEqual(['LABEL_CREATED', 'EXCEPTION', 'DELIVERED']);
    const tour = [scan('OUT_FOR_DELIVERY', DAY), scan('EXCEPTION', DAY), scan('HUB_OUT', DAY)].sort(byTime);
    expect(tour.map(({ type }) => type)).toEqual(['HUB_OUT', 'EXCEPTION', 'OUT_FOR_DELIVERY']);
  });

  it.each(['DELIVERED', 'RETURNING', 'RETURNED'] as const)('ignores scans after %s', (type) => {
    const state = new TransitState();
    expect(state.apply(parcel, scan('PICKED_UP', 0))?.stage).toBe('PICKED_UP');
    expect(state.apply(parcel, scan(type, HOUR))).toBeUndefined();
    expect(state.apply(parcel, scan('EXCEPTION', 2 * HOUR))).toBeUndefined();
    expect(state.apply(parcel, scan('HUB_IN', 3 * HOUR, 'H'))).toBeUndefined();
  });

  it('resumes after the carrier has sent no scan for a long time', () => {
    const state = new TransitState();
    state.apply(parcel, scan('PICKED_UP', 0));
    expect(state.apply(parcel, scan('EXPIRED', 30 * DAY))).toBeUndefined();
    expect(state.apply(parcel, scan('HUB_IN', 31 * DAY, 'H'))?.startedAt).toBe(0);
    expect(state.apply(parcel, scan('HUB_OUT', 120 * DAY, 'H'))?.startedAt).toBe(120 * DAY);
  });

  it('lets parcels that vanish in a hub leave it after ten days', () => {
    const state = new TransitState();
    for (let n = 0; n < 20; n++) state.apply({ ...parcel, id: `V${n}` }, scan('HUB_IN', n * HOUR, 'H'));
    state.apply({ ...parcel, id: 'other' }, scan('HUB_IN', 30 * DAY, 'G'));
    expect(state.dwell.now('H', 30 * DAY)?.parcelHours).toBeLessThan(1);
  });

  it('merges scans by time, and keeps the order of each parcel', () => {
    const tracked = (id: string, scans: readonly Scan[]): TrackedParcel => ({ ...parcel, id, scans });
    const a = tracked('A', [scan('HUB_OUT', 2, 'G'), scan('HUB_IN', 2, 'H')]);
    const b = tracked('B', [scan('LABEL_CREATED', 1), scan('PICKED_UP', 3)]);
    const merged = scansInOrder([a, b]);
    expect(merged.map((each) => `${each.parcel.id} ${each.scan.type}`)).toEqual([
      'B LABEL_CREATED',
      'A HUB_OUT',
      'A HUB_IN',
      'B PICKED_UP',
    ]);
  });
});
