import type { ScanType } from '../../../src/logistics/parcel';
import type { LateNotice, TrackedShipment } from '../../../src/logistics/shipment';
import { changeOfShipment } from '../../../src/logistics/shipment-changes';

const NOW = 1_000_000;
const LATE = { number: 1, at: 500, promisedAt: 400, isWithdrawn: false };
const parcel = (kind: string, late: LateNotice | undefined, ...types: ScanType[]): TrackedShipment => ({
  id: 's',
  newest: { updatedAt: 0, record: { orderId: 'o', kind, carrier: 'DHL', promisedAt: 400 } as never },
  scans: types.map((type, index) => ({
    ...{ id: type, type, at: NOW - 10 + index, updatedAt: 0 },
    ...{ timeZone: null, place: null, rawCode: null, description: null },
  })),
  voids: { shipment: null, scans: [] },
  startedAt: 0,
  noticed: late === undefined ? {} : { late },
});
const typeOf = (before: TrackedShipment, after: TrackedShipment) =>
  changeOfShipment(before, after, 2, NOW)?.content.type;

describe('what webhooks receive of a shipment', () => {
  it('is that a parcel is no longer late, also if it has become a return', () => {
    const withdrawn = { ...LATE, isWithdrawn: true };
    const change = changeOfShipment(parcel('RETURN', LATE), parcel('RETURN', withdrawn), 2, NOW);
    expect(change?.content).toMatchObject({ type: 'shipment.late_withdrawn', shipment: { id: 's', isLate: false } });
    expect(typeOf(parcel('OUTBOUND', LATE), parcel('RETURN', withdrawn))).toBe('shipment.late_withdrawn');
    // A status of a return is not announced, in the same change neither.
    expect(typeOf(parcel('RETURN', LATE), parcel('RETURN', withdrawn, 'DELIVERED'))).toBe('shipment.late_withdrawn');
  });

  it('is nothing else of a return', () => {
    expect(typeOf(parcel('RETURN', undefined), parcel('RETURN', undefined, 'DELIVERED'))).toBeUndefined();
    expect(typeOf(parcel('RETURN', undefined), parcel('RETURN', LATE))).toBeUndefined();
    const withdrawn = { ...LATE, isWithdrawn: true };
    expect(typeOf(parcel('RETURN', withdrawn), parcel('RETURN', withdrawn, 'DELIVERED'))).toBeUndefined();
  });

  it('is each new status and notice of a parcel', () => {
    expect(typeOf(parcel('OUTBOUND', undefined), parcel('OUTBOUND', LATE))).toBe('shipment.late');
    expect(typeOf(parcel('OUTBOUND', LATE), parcel('OUTBOUND', LATE, 'DELIVERED'))).toBe('shipment.status');
    expect(typeOf(parcel('OUTBOUND', LATE), parcel('OUTBOUND', LATE))).toBeUndefined();
  });
});
