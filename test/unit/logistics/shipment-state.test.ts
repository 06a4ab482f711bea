import fc from 'fast-check';
import { SCAN_TYPES, type ScanType } from '../../../src/logistics/parcel';
import { addEvents, type TrackedShipment } from '../../../src/logistics/shipment';
import {
  eventOfNotice,
  eventOfRecord,
  eventOfScan,
  recordOfEvent,
  scanOfEvent,
  type RecordedScan,
  type ShipmentRecord,
} from '../../../src/logistics/shipment-event';
import { MAX_SCANS, sortScans, stateOf } from '../../../src/logistics/shipment-state';

const RECORD: ShipmentRecord = {
  orderId: 'o1',
  kind: 'OUTBOUND',
  carrier: 'DHL',
  service: null,
  trackingNumber: 'T1',
  trackingUrl: null,
  origin: 'Leipzig',
  originCountry: 'DE',
  originPostcodePrefix: null,
  destination: null,
  country: 'FR',
  postcodePrefix: '750',
  promisedAt: 50,
  units: null,
};

const NEWEST = { updatedAt: 0, record: RECORD };

const scan = (type: ScanType, at: number, more: Partial<RecordedScan> = {}): RecordedScan => ({
  ...{ id: `${type}@${at}`, type, at, timeZone: null, place: null, rawCode: null, description: null },
  ...more,
});
/** Returns the status after scans at the times 1, 2, 3, …, and the contradictions as `type@time`. */
const after = (...types: ScanType[]) => {
  const { status, contradictions } = stateOf(sortScans(types.map((type, index) => scan(type, index + 1))));
  return [status, ...[...contradictions].map(({ id }) => id)];
};

describe('the state of a shipment', () => {
  it('follows the newest scan', () => {
    expect(after()).toEqual(['PENDING']);
    expect(after('LABEL_CREATED', 'PICKED_UP', 'HUB_IN')).toEqual(['HUB_IN']);
    expect(after('HUB_OUT', 'EXPIRED', 'OUT_FOR_DELIVERY')).toEqual(['OUT_FOR_DELIVERY']);
    expect(after('LOST', 'HUB_IN', 'DELIVERED')).toEqual(['DELIVERED']);
  });

  it('ends with a delivery, unless the parcel is returned later; the other scans contradict it', () => {
    expect(after('DELIVERED', 'HUB_IN')).toEqual(['DELIVERED', 'HUB_IN@2']);
    expect(after('DELIVERED', 'RETURNED')).toEqual(['RETURNED', 'RETURNED@2']);
    expect(after('DELIVERED', 'RETURNING')).toEqual(['DELIVERED', 'RETURNING@2']);
  });

  it('stays RETURNING on the way back to the sender, whose delivery is no delivery to the customer', () => {
    expect(after('RETURNING', 'HUB_IN', 'OUT_FOR_DELIVERY')).toEqual(['RETURNING']);
    expect(after('RETURNING', 'DELIVERED')).toEqual(['RETURNING', 'DELIVERED@2']);
    expect(after('RETURNING', 'HUB_IN', 'RETURNED')).toEqual(['RETURNED']);
    expect(after('RETURNING', 'LOST')).toEqual(['LOST']);
    expect(after('RETURNING', 'LOST', 'HUB_IN', 'DELIVERED')).toEqual(['LOST', 'DELIVERED@4']);
    expect(after('RETURNED', 'DELIVERED')).toEqual(['RETURNED', 'DELIVERED@2']);
  });

  it('has a place, the time of delivery and the number of failed attempts', () => {
    const scans = [
      scan('HUB_IN', 1, { place: 'Paris' }),
      scan('DELIVERY_ATTEMPTED', 2),
      scan('DELIVERY_ATTEMPTED', 3, { place: 'Rue X' }),
      scan('DELIVERED', 4),
      scan('DELIVERED', 9),
    ];
    expect(stateOf(scans)).toMatchObject({ statusAt: 4, deliveredAt: 4, place: 'Rue X', failedAttempts: 2 });
  });

  it('depends only on the set of events: any order, grouping and repetition gives the same shipment', () => {
    const times = fc.integer({ min: 0, max: 20 });
    const scans = fc.record({ type: fc.constantFrom(...SCAN_TYPES), at: times, id: fc.constantFrom('a', 'b', null) });
    const records = fc.record({
      updatedAt: times,
      carrier: fc.constantFrom('DHL', 'UPS'),
      promisedAt: fc.constantFrom(null, 50, 60, 70),
    });
    const notices = fc.record({
      name: fc.constantFrom('parcel_late', 'parcel_late_withdrawn'),
      number: fc.integer({ min: 1, max: 3 }),
    });
    const arrivals = fc.record({ receivedAt: fc.integer({ min: 20, max: 90 }), backfill: fc.boolean() });
    fc.assert(
      fc.property(
        fc.uniqueArray(scans, { selector: ({ id, at, type }) => `${id ?? type} ${at}`, maxLength: 30 }),
        fc.uniqueArray(records, { selector: ({ updatedAt }) => updatedAt, maxLength: 5 }),
        fc.uniqueArray(notices, { selector: ({ name, number }) => `${name} ${number}`, maxLength: 6 }),
        fc.infiniteStream(arrivals),
        fc.infiniteStream(fc.nat()),
        (someScans, someRecords, someNotices, arrived, random) => {
          const events = [
            ...someScans.map(({ type, at, id }) =>
              eventOfScan('s1', id, { type, at, timeZone: null, place: null, rawCode: null, description: null }),
            ),
            ...someRecords.map(({ updatedAt, carrier, promisedAt }) =>
              eventOfRecord('s1', { updatedAt, record: { ...RECORD, carrier, promisedAt } }),
            ),
            ...someNotices.map(({ name, number }) =>
              eventOfNotice({ id: 's1', newest: NEWEST, scans: [] }, { name, number, at: 100 * number }),
            ),
          ].map((event) => ({ ...event, ...arrived.next().value }));
          fc.pre(events.length > 0);
          const next = () => random.next().value;
          const repeated = [...events, ...events.filter(() => next() % 3 === 0)];
          const shuffled = repeated
            .map((event) => ({ event, key: next() }))
            .sort((a, b) => a.key - b.key)
            .map(({ event }) => event);
          const cut = next() % shuffled.length;
          const add = (to: TrackedShipment | undefined, some: typeof events) => addEvents(to, some, (event) => event);
          const first = cut === 0 ? undefined : add(undefined, shuffled.slice(0, cut));
          const shipment = add(first, shuffled.slice(cut));
          expect(shipment).toEqual(add(undefined, events));
          // A recount of what was noticed.
          for (const promisedAt of [50, 60, 70]) {
            const promising = events.filter(
              ({ properties }) => properties?.orderId && properties.promisedAt === promisedAt,
            );
            const first = (time: (event: (typeof events)[number]) => number) => Math.min(...promising.map(time));
            expect(shipment.noticed.promises?.[promisedAt]).toEqual(
              promising.length === 0
                ? undefined
                : {
                    receivedAt: first(({ receivedAt }) => receivedAt),
                    recordedAt: first(({ backfill, occurredAt, receivedAt }) => (backfill ? occurredAt : receivedAt)),
                  },
            );
          }
          const number = Math.max(0, ...someNotices.map((notice) => notice.number));
          const isWithdrawn = someNotices.some(
            (notice) => notice.number === number && notice.name === 'parcel_late_withdrawn',
          );
          expect(shipment.noticed.late).toEqual(
            number === 0
              ? undefined
              : { number, isWithdrawn, at: 100 * number, promisedAt: expect.any(Number) as number },
          );
        },
      ),
    );
  });

  it('keeps the newest scans of too many, in any order', () => {
    const many = Array.from({ length: MAX_SCANS + 50 }, (_, index) => scan('HUB_IN', index));
    const kept = many.slice(50);
    expect(sortScans(many)).toEqual(kept);
    expect(sortScans([...many].reverse())).toEqual(kept);
  });
});

describe('the events of a shipment', () => {
  it('hold what they were made of', () => {
    const versioned = { updatedAt: 7, record: { ...RECORD, units: [{ lineId: '1', quantity: 2 }] } };
    expect(recordOfEvent(eventOfRecord('s1', versioned))).toEqual(versioned);
    const { id: _, ...content } = scan('CUSTOMS', 3, { place: 'Köln', timeZone: 'Europe/Berlin', rawCode: 'X:1' });
    expect(scanOfEvent(eventOfScan('s1', 'c:9', content))).toEqual({ ...content, id: 'c:9' });
  });

  it('identify a scan without an id by its content', () => {
    const { id: _, ...content } = scan('CUSTOMS', 3);
    const event = eventOfScan('s1', null, content);
    expect(event.id).toMatch(/^s1:[\w-]{16}$/);
    expect(eventOfScan('s1', null, { ...content, at: 4 }).id).toBe(event.id);
    expect(eventOfScan('s1', null, { ...content, place: 'Köln' }).id).not.toBe(event.id);
  });
});
