import fc from 'fast-check';
import { SCAN_TYPES, type ScanType } from '../../../src/logistics/parcel';
import { addEvents, stateOfShipment, type TrackedShipment } from '../../../src/logistics/shipment';
import {
  eventOfNotice,
  eventOfRecord,
  eventOfScan,
  eventOfScanVoid,
  eventOfShipmentVoid,
  recordOfEvent,
  scanOfEvent,
  voidOfEvent,
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
  ...{ id: `${type}@${at}`, updatedAt: 0, type, at, timeZone: null, place: null, rawCode: null, description: null },
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

  it.each([
    'PICKED_UP',
    'HUB_IN',
    'HUB_OUT',
    'CUSTOMS',
    'OUT_FOR_DELIVERY',
    'DELIVERY_ATTEMPTED',
    'AVAILABLE_FOR_PICKUP',
  ] as const)(
    'has the time of a second delivery only if a scan says that the parcel has moved since the first: %s',
    (movement) => {
      const deliveredAt = (...types: ScanType[]) =>
        stateOf(sortScans(types.map((type, index) => scan(type, index + 1)))).deliveredAt;
      expect(deliveredAt(movement, 'DELIVERED', 'DELIVERED')).toBe(2);
      expect(deliveredAt('DELIVERED', 'EXCEPTION', 'DELIVERED')).toBe(1);
      expect(deliveredAt('DELIVERED', movement, 'DELIVERED')).toBe(3);
      expect(deliveredAt('DELIVERED', movement, 'DELIVERED', 'DELIVERED')).toBe(3);
      expect(deliveredAt('DELIVERED', movement)).toBe(1);
    },
  );

  it('has the newest version of each scan of a carrier', () => {
    const versions = [
      scan('DELIVERED', 5, { id: 'c1', updatedAt: 10 }),
      scan('DELIVERY_ATTEMPTED', 5, { id: 'c1', updatedAt: 20 }),
      scan('DELIVERED', 9, { id: 'c1', updatedAt: 15 }),
    ];
    expect(sortScans(versions)).toEqual([versions[1]]);
    // Of the same time, that of the later scan.
    expect(sortScans(versions.map((each) => ({ ...each, updatedAt: 10 })))).toMatchObject([{ at: 9 }]);
  });

  it('leaves out what was voided, until a newer version is sent', () => {
    const void20 = { scanId: 'c1', updatedAt: 20, voidedAt: 30, reason: 'wrong' };
    const version = (updatedAt: number) => scan('DELIVERED', 5, { id: 'c1', updatedAt });
    expect(sortScans([version(20)], [void20])).toEqual([]);
    expect(sortScans([version(20), version(19)], [void20])).toEqual([]);
    expect(sortScans([version(20), version(21)], [void20])).toEqual([version(21)]);
    expect(sortScans([version(20)], [{ ...void20, scanId: 'c2' }])).toEqual([version(20)]);
    const record = (updatedAt: number) => eventOfRecord('s1', { updatedAt, record: RECORD });
    const voided = eventOfShipmentVoid('s1', { updatedAt: 20, voidedAt: 30, reason: 'wrong' });
    const delivered = eventOfScan('s1', null, scan('DELIVERED', 5));
    const stateAfter = (...events: Parameters<typeof addEvents>[1]) =>
      stateOfShipment(addEvents(undefined, events, () => ({ receivedAt: 1, backfill: false })));
    expect(stateAfter(record(20), delivered, voided)).toMatchObject({
      ...{ status: 'VOIDED', statusAt: 30, deliveredAt: null, arrivedAt: null, firstArrivedAt: null },
    });
    expect(stateAfter(voided, record(20), record(19)).status).toBe('VOIDED');
    expect(stateAfter(record(20), delivered, voided, record(21)).status).toBe('DELIVERED');
  });

  it('depends only on the set of events: any order, grouping and repetition gives the same shipment', () => {
    const times = fc.integer({ min: 0, max: 20 });
    const ids = fc.constantFrom('a', 'b', 'constructor', '__proto__');
    const scans = fc.record({
      ...{ type: fc.constantFrom(...SCAN_TYPES), at: times, id: fc.option(ids), updatedAt: fc.option(times) },
    });
    const records = fc.record({
      updatedAt: times,
      carrier: fc.constantFrom('DHL', 'UPS'),
      promisedAt: fc.constantFrom(null, 50, 60, 70),
    });
    const voids = fc.record({ scanId: fc.option(ids), updatedAt: times, voidedAt: times });
    const notices = fc.record({
      name: fc.constantFrom(
        ...(['parcel_late', 'parcel_late_withdrawn', 'parcel_delivered', 'parcel_delivered_withdrawn'] as const),
      ),
      number: fc.integer({ min: 1, max: 3 }),
    });
    const arrivals = fc.record({ receivedAt: fc.integer({ min: 20, max: 90 }), backfill: fc.boolean() });
    fc.assert(
      fc.property(
        fc.array(scans, { maxLength: 30 }),
        fc.uniqueArray(records, { selector: ({ updatedAt }) => updatedAt, maxLength: 5 }),
        fc.uniqueArray(voids, { selector: ({ scanId, voidedAt }) => `${scanId} ${voidedAt}`, maxLength: 5 }),
        fc.uniqueArray(notices, { selector: ({ name, number }) => `${name} ${number}`, maxLength: 9 }),
        fc.infiniteStream(arrivals),
        fc.infiniteStream(fc.nat()),
        (someScans, someRecords, someVoids, someNotices, arrived, random) => {
          const events = [
            ...someScans.map(({ type, at, id, updatedAt }) =>
              eventOfScan('s1', id, {
                ...{ type, at, updatedAt, timeZone: null, place: null, rawCode: null, description: null },
              }),
            ),
            ...someRecords.map(({ updatedAt, carrier, promisedAt }) =>
              eventOfRecord('s1', { updatedAt, record: { ...RECORD, carrier, promisedAt } }),
            ),
            ...someVoids.map(({ scanId, ...version }) =>
              scanId === null
                ? eventOfShipmentVoid('s1', { ...version, reason: 'wrong' })
                : eventOfScanVoid('s1', { ...version, scanId, reason: 'wrong' }),
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
          for (const kind of ['late', 'delivery'] as const) {
            const name = kind === 'late' ? 'parcel_late' : 'parcel_delivered';
            const own = someNotices.filter((notice) => notice.name.startsWith(name));
            const number = Math.max(0, ...own.map((notice) => notice.number));
            const isWithdrawn = own.some((notice) => notice.number === number && notice.name.endsWith('_withdrawn'));
            expect(shipment.noticed[kind]).toEqual(
              number === 0 ? undefined : expect.objectContaining({ number, isWithdrawn, at: 100 * number }),
            );
          }
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
  const live = (receivedAt: number) => ({ receivedAt, backfill: false });

  it('of an import without versions neither undo a void nor replace a correction', () => {
    const content = { ...scan('DELIVERED', 5), updatedAt: null };
    const [sent, imported] = [eventOfScan('s1', 'c1', content), eventOfScan('s1', 'c1', { ...content, place: 'Köln' })];
    const voided = eventOfScanVoid('s1', { scanId: 'c1', updatedAt: 8, voidedAt: 9, reason: 'wrong' });
    const corrected = eventOfScan('s1', 'c1', { ...content, type: 'HUB_IN', updatedAt: 8 });
    const arrivals = new Map([[imported, { receivedAt: 90, backfill: true }]]);
    const typesAfter = (...events: Parameters<typeof addEvents>[1]) =>
      addEvents(undefined, events, (event) => arrivals.get(event) ?? live(8)).scans.map(({ type }) => type);
    expect(typesAfter(imported)).toEqual(['DELIVERED']);
    expect(typesAfter(sent, voided, imported)).toEqual([]);
    expect(typesAfter(corrected, imported)).toEqual(['HUB_IN']);
  });

  it('hold what they were made of', () => {
    const versioned = { updatedAt: 7, record: { ...RECORD, units: [{ lineId: '1', quantity: 2 }] } };
    expect(recordOfEvent(eventOfRecord('s1', versioned))).toEqual(versioned);
    const { id: _, ...content } = scan('CUSTOMS', 3, { place: 'Köln', timeZone: 'Europe/Berlin', rawCode: 'X:1' });
    expect(scanOfEvent(eventOfScan('s1', 'c:9', content), live(8))).toEqual({ ...content, id: 'c:9' });
    expect(scanOfEvent(eventOfScan('s1', 'c:9', { ...content, updatedAt: null }), live(8)).updatedAt).toBe(8);
    const scanVoid = { scanId: 'c:9', updatedAt: 8, voidedAt: 9, reason: 'wrong' };
    expect(voidOfEvent(eventOfScanVoid('s1', scanVoid))).toEqual(scanVoid);
    // Two voids of one millisecond are two events of the log.
    const shipmentVoid = (updatedAt: number) => eventOfShipmentVoid('s1', { updatedAt, voidedAt: 30, reason: 'wrong' });
    expect(shipmentVoid(20).id).not.toBe(shipmentVoid(21).id);
    expect(shipmentVoid(20)).toEqual(shipmentVoid(20));
  });

  it('identify each version of a scan by its content', () => {
    const { id: _, ...content } = scan('CUSTOMS', 3);
    const event = eventOfScan('s1', 'c9', content);
    expect(event.id).toMatch(/^s1:[\w-]{16}$/);
    for (const other of [{ place: 'Köln' }, { updatedAt: 4 }])
      expect(eventOfScan('s1', 'c9', { ...content, ...other }).id).not.toBe(event.id);
    expect(eventOfScan('s1', 'c8', content).id).not.toBe(event.id);
    // Earlier events have the id of the carrier in their own id.
    const earlier = { ...event, id: 's1:c9', properties: { type: 'CUSTOMS' } };
    expect(scanOfEvent(earlier, live(8))).toEqual({ ...content, id: 'c9', updatedAt: 8 });
    // Without an id of the carrier, versions of one content at one time are of one scan.
    const idOf = (more: object) => scanOfEvent(eventOfScan('s1', null, { ...content, ...more }), live(8)).id;
    expect(idOf({ updatedAt: 4 })).toBe(idOf({}));
    expect(new Set([idOf({}), idOf({ at: 4 }), idOf({ place: 'Köln' })]).size).toBe(3);
  });
});
