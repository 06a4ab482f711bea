import { deliveryOf } from '../../../src/logistics/delivered-units';
import type { ScanType } from '../../../src/logistics/parcel';
import type { ShipmentRecord } from '../../../src/logistics/shipment-event';

const EMPTY = {
  ...{
    orderId: 'o1',
    kind: 'OUTBOUND' as const,
    carrier: 'DHL',
    service: null,
    trackingNumber: null,
    trackingUrl: null,
  },
  ...{ origin: null, originCountry: null, originPostcodePrefix: null, destination: null, country: null },
  ...{ postcodePrefix: null, promisedAt: null, units: null },
};
const CONTENT = { timeZone: null, place: null, rawCode: null, description: null };

const parcel = (record: Partial<ShipmentRecord>, ...types: ScanType[]) => ({
  id: 's',
  newest: { updatedAt: 0, record: { ...EMPTY, ...record } },
  scans: types.map((type, index) => ({ id: String(index), updatedAt: 0, type, at: index + 1, ...CONTENT })),
  voids: { shipment: null, scans: [] },
  startedAt: 0,
  noticed: {},
});
const units = (lineId: string, quantity: number) => ({ units: [{ lineId, quantity }] });
const line = (id: string, quantity: number, more: object = {}) => ({
  id,
  quantity,
  cancelled: 0,
  returned: 0,
  ...more,
});

const isDelivered = (...args: Parameters<typeof deliveryOf>) => deliveryOf(...args) !== null;

describe('an order is delivered', () => {
  it('when the delivered parcels hold all its units, without those cancelled', () => {
    const lines = [line('1', 3), line('2', 2, { cancelled: 1 })];
    const shipments = [
      parcel(units('1', 1), 'PICKED_UP', 'DELIVERED'),
      parcel(units('1', 2), 'DELIVERED'),
      parcel(units('2', 1), 'OUT_FOR_DELIVERY'),
    ];
    expect(isDelivered({ lines }, shipments)).toBe(false);
    expect(isDelivered({ lines }, [...shipments, parcel(units('2', 1), 'DELIVERED')])).toBe(true);
    expect(deliveryOf({ lines }, [...shipments, parcel(units('2', 1), 'DELIVERED')])).toBe(2);
  });

  it('neither by a parcel that comes back, nor by one that the customer sends', () => {
    const lines = [line('1', 1)];
    expect(isDelivered({ lines }, [parcel(units('1', 1), 'RETURNING', 'RETURNED')])).toBe(false);
    expect(isDelivered({ lines }, [parcel({ ...units('1', 1), kind: 'RETURN' }, 'DELIVERED')])).toBe(false);
  });

  it('only when the units that stay with the customer are delivered, not those that were returned', () => {
    const lines = [line('1', 2, { returned: 1 })];
    const first = parcel(units('1', 1), 'DELIVERED');
    expect(isDelivered({ lines }, [first, parcel(units('1', 1), 'HUB_IN')])).toBe(false);
    expect(isDelivered({ lines }, [first, parcel(units('1', 1), 'DELIVERED')])).toBe(true);
    // The returned unit came back in its parcel.
    expect(isDelivered({ lines }, [first, parcel(units('1', 1), 'RETURNED')])).toBe(true);
    expect(isDelivered({ lines: [line('1', 2)] }, [first, parcel(units('1', 1), 'RETURNED')])).toBe(false);
    // The unit of a parcel that was returned after its delivery counts once.
    const back = parcel(units('1', 1), 'DELIVERED', 'RETURNED');
    expect(isDelivered({ lines }, [back, parcel(units('1', 1), 'HUB_IN')])).toBe(false);
    expect(isDelivered({ lines }, [back, first])).toBe(true);
    expect(isDelivered({ lines: [line('1', 1, { returned: 1 })] }, [first])).toBe(false);
  });

  it('when all its parcels are delivered or came back, if one of them has no units', () => {
    const lines = [line('1', 5)];
    expect(isDelivered({ lines }, [parcel({}, 'DELIVERED')])).toBe(true);
    expect(isDelivered({ lines }, [parcel({}, 'DELIVERED'), parcel({}, 'HUB_IN')])).toBe(false);
    expect(isDelivered({ lines }, [parcel({}, 'DELIVERED'), parcel({}, 'RETURNED')])).toBe(true);
    expect(isDelivered({ lines }, [parcel({}, 'RETURNED')])).toBe(false);
    const known = units('1', 5);
    expect(isDelivered({ lines }, [parcel(known, 'DELIVERED'), parcel({}, 'HUB_IN')])).toBe(false);
    expect(isDelivered({ lines }, [parcel(known, 'HUB_IN'), parcel({}, 'DELIVERED')])).toBe(false);
    expect(isDelivered({ lines }, [parcel(known, 'DELIVERED'), parcel({})])).toBe(false);
    expect(isDelivered({ lines }, [parcel(known, 'DELIVERED'), parcel({}, 'DELIVERED')])).toBe(true);
    expect(isDelivered({ lines }, [parcel(units('1', 2), 'DELIVERED'), parcel({}, 'DELIVERED')])).toBe(true);
    expect(isDelivered({ lines }, [parcel(known, 'RETURNING'), parcel({}, 'DELIVERED')])).toBe(true);
    expect(isDelivered({ lines }, [parcel({}, 'DELIVERED'), parcel({ kind: 'RETURN' }, 'HUB_IN')])).toBe(true);
  });

  it('no longer if a delivery was taken back or had another time, but still if a parcel was returned since', () => {
    const lines = [line('1', 1), line('2', 1)];
    const other = parcel(units('2', 1), 'PICKED_UP', 'DELIVERED');
    const delivery = (first: ReturnType<typeof parcel>) => deliveryOf({ lines }, [first, other]);
    expect(delivery(parcel(units('1', 1), 'DELIVERED'))).toBe(2);
    expect(delivery(parcel(units('1', 1), 'DELIVERED', 'RETURNED'))).toBe(2);
    expect(delivery(parcel(units('1', 1), 'HUB_IN'))).toBeNull();
    expect(delivery(parcel(units('1', 1), 'HUB_IN', 'HUB_OUT', 'DELIVERED'))).toBe(3);
    expect(delivery(parcel(units('1', 1), 'HUB_IN', 'HUB_OUT', 'DELIVERED', 'RETURNED'))).toBe(3);
    const voided = { shipment: { updatedAt: 0, voidedAt: 9, reason: 'wrong' }, scans: [] };
    expect(isDelivered({ lines }, [{ ...parcel(units('1', 1), 'DELIVERED'), voids: voided }, other])).toBe(false);
    // A voided parcel of unknown content does not keep the others from being enough.
    const unknown = { ...parcel({}, 'HUB_IN'), voids: voided };
    expect(isDelivered({ lines }, [unknown, parcel(units('1', 1), 'DELIVERED'), other])).toBe(true);
  });
});
