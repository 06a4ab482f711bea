import { isStuck, nextCheck, openNotices } from '../../../src/logistics/parcel-notices';
import { withdrawalOf } from '../../../src/logistics/parcel-watch.service';
import type { ScanType } from '../../../src/logistics/parcel';
import {
  addEvents,
  isLate,
  type LateNotice,
  type Noticed,
  type TrackedShipment,
} from '../../../src/logistics/shipment';
import { eventOfNotice, eventOfRecord } from '../../../src/logistics/shipment-event';
import { writtenOf } from '../../../src/logistics/shipment.store';

const HOUR = 3_600_000;
const GRACE = 2 * HOUR;
const parcel = (
  scans: readonly (readonly [ScanType, number])[],
  {
    promised = null,
    noticed = {},
    kind = 'OUTBOUND',
  }: { promised?: number | null; noticed?: Noticed; kind?: string } = {},
): TrackedShipment => ({
  id: 's',
  newest: { updatedAt: 0, record: { kind, promisedAt: promised } as never },
  scans: scans.map(([type, at]) => ({
    ...{ id: `${type}${at}`, updatedAt: 0, type, at: at * HOUR },
    ...{ timeZone: null, place: null, rawCode: null, description: null },
  })),
  voids: { shipment: null, scans: [] },
  startedAt: 0,
  noticed,
});
const DELIVERY = { number: 1, at: 9 * HOUR, isWithdrawn: false };
const namesOf = (shipment: TrackedShipment, stuckAt?: number) =>
  openNotices(shipment, stuckAt, GRACE).map(({ name, at }) => [name, at / HOUR]);
const late = (shipment: TrackedShipment) => {
  const notice = openNotices(shipment, undefined, GRACE).find(({ name }) => name.startsWith('parcel_late'));
  return notice && [notice.name, notice.number, notice.at / HOUR, notice.dueAt / HOUR];
};

const lateNotice = (more: Partial<LateNotice>): LateNotice => ({
  ...{ number: 1, at: 7 * HOUR, promisedAt: 5 * HOUR, isWithdrawn: false },
  ...more,
});

describe('notices of parcels', () => {
  it('are its delivery, its first exception and a broken promise, each once', () => {
    const scans = [
      ['PICKED_UP', 1],
      ['EXCEPTION', 2],
      ['EXCEPTION', 3],
      ['DELIVERED', 9],
    ] as const;
    expect(namesOf(parcel(scans, { promised: 5 * HOUR }))).toEqual([
      ...[
        ['parcel_delivered', 9],
        ['parcel_exception', 2],
        ['parcel_late', 7],
      ],
    ]);
    expect(namesOf(parcel(scans, { promised: 9 * HOUR }))).toEqual([
      ...[
        ['parcel_delivered', 9],
        ['parcel_exception', 2],
      ],
    ]);
    const noticed = { delivery: DELIVERY, parcel_exception: 2 * HOUR, late: lateNotice({}) };
    expect(namesOf(parcel(scans, { promised: 5 * HOUR, noticed }))).toEqual([]);
  });

  it('say that it is late some time after the promise, or after the promise was recorded', () => {
    const promised = 5 * HOUR;
    const recorded = (receivedAt: number, recordedAt = receivedAt): Noticed => ({
      promises: { [promised]: { receivedAt: receivedAt * HOUR, recordedAt: recordedAt * HOUR } },
    });
    expect(late(parcel([], { promised }))).toEqual(['parcel_late', 1, 7, 7]);
    expect(late(parcel([], { promised, noticed: recorded(1) }))).toEqual(['parcel_late', 1, 7, 7]);
    expect(late(parcel([['HUB_IN', 1]], { promised, noticed: recorded(30) }))).toEqual(['parcel_late', 1, 32, 32]);
    // Of an import, the notice is history. It waits for scans that follow.
    expect(late(parcel([['HUB_IN', 1]], { promised, noticed: recorded(30, 2) }))).toEqual(['parcel_late', 1, 7, 32]);
    expect(late(parcel([['DELIVERED', 9]], { promised, noticed: recorded(30, 2) }))).toEqual(['parcel_late', 1, 9, 9]);
    expect(late(parcel([['LOST', 3]], { promised, noticed: recorded(30, 2) }))).toEqual(['parcel_late', 1, 5, 5]);
    // A delivery that the shop records afterwards is history, too.
    expect(late(parcel([['DELIVERED', 9]], { promised, noticed: recorded(30) }))).toEqual(['parcel_late', 1, 9, 32]);
    expect(late(parcel([['DELIVERED', 5]], { promised, noticed: recorded(30) }))).toBeUndefined();
  });

  it('say that it is late some time after the recording of an early promise, also after very many later ones', () => {
    const recorded = (number: number, promisedAt: number) => ({
      ...eventOfRecord('s', { updatedAt: number, record: { orderId: 'o', kind: 'OUTBOUND', promisedAt } as never }),
      ...{ receivedAt: number * HOUR, backfill: false },
    });
    const add = (events: readonly ReturnType<typeof recorded>[], to?: TrackedShipment) =>
      addEvents(to, events, (event) => event);
    const later = Array.from({ length: 101 }, (_, n) => recorded(10 + n, (1_000 + n) * HOUR));
    const repeated = recorded(5, 4 * HOUR);
    const newest = recorded(200, 4 * HOUR);
    const shipment = add([repeated, ...later, newest]);
    expect(late(shipment)).toEqual(['parcel_late', 1, 202, 202]);
    // In any order and grouping.
    expect(add([newest, ...later, repeated])).toEqual(shipment);
    expect(add([...later.slice(50), repeated], add([newest, ...later.slice(0, 50)]))).toEqual(shipment);
    expect(add([...later.toReversed(), newest], add([repeated]))).toEqual(shipment);
    // A promise that is still known counts from its first record.
    expect(late(add([repeated, newest]))).toEqual(['parcel_late', 1, 7, 7]);
  });

  it('withdraw that it is late after a delivery in time or a later promise, and may say it again', () => {
    const noticed = { late: lateNotice({}) };
    const withdrawn = ['parcel_late_withdrawn', 1, 7, 7];
    expect(late(parcel([], { promised: 5 * HOUR, noticed }))).toBeUndefined();
    expect(late(parcel([['DELIVERED', 6]], { promised: 5 * HOUR, noticed }))).toBeUndefined();
    expect(late(parcel([['DELIVERED', 5]], { promised: 5 * HOUR, noticed }))).toEqual(withdrawn);
    expect(late(parcel([], { promised: 4 * HOUR, noticed }))).toBeUndefined();
    expect(late(parcel([], { promised: 6 * HOUR, noticed }))).toEqual(withdrawn);
    expect(late(parcel([], { promised: null, noticed }))).toEqual(withdrawn);
    const again = { late: lateNotice({ isWithdrawn: true }) };
    expect(late(parcel([['DELIVERED', 5]], { promised: 5 * HOUR, noticed: again }))).toBeUndefined();
    expect(late(parcel([], { promised: null, noticed: again }))).toBeUndefined();
    expect(late(parcel([], { promised: 6 * HOUR, noticed: again }))).toEqual(['parcel_late', 2, 8, 8]);
    const third = { late: lateNotice({ number: 2, at: 8 * HOUR, promisedAt: 6 * HOUR }) };
    expect(late(parcel([['DELIVERED', 6]], { promised: 6 * HOUR, noticed: third }))).toEqual([
      ...['parcel_late_withdrawn', 2, 8, 8],
    ]);
  });

  it('never say that it is late after a delivery in time, also if it moves or returns afterwards', () => {
    const promised = 5 * HOUR;
    const inTime = ['DELIVERED', 4] as const;
    const noticed = { late: lateNotice({}) };
    for (const scans of [
      [inTime, ['RETURNED', 90]],
      [inTime, ['OUT_FOR_DELIVERY', 20], ['DELIVERED', 30]],
      [inTime, ['OUT_FOR_DELIVERY', 20], ['DELIVERED', 30], ['RETURNED', 90]],
    ] as const) {
      expect(late(parcel(scans, { promised }))).toBeUndefined();
      expect(late(parcel(scans, { promised, noticed }))).toEqual(['parcel_late_withdrawn', 1, 7, 7]);
      expect(isLate(parcel(scans, { promised }), 100 * HOUR)).toBe(false);
      expect(writtenOf(parcel(scans, { promised })).promisedAt).toBeNull();
      expect(eventOfNotice(parcel(scans, { promised }), { name: 'parcel_delivered', at: 30 * HOUR })).toMatchObject({
        properties: { isOnTime: true },
      });
    }
    // Not if the way back began first, nor if it was delivered too late.
    for (const scans of [
      [['RETURNING', 3], inTime],
      [
        ['DELIVERED', 6],
        ['RETURNED', 90],
      ],
    ] as const) {
      expect(late(parcel(scans, { promised }))?.[0]).toBe('parcel_late');
      expect(isLate(parcel(scans, { promised }), 100 * HOUR)).toBe(true);
      expect(writtenOf(parcel(scans, { promised })).promisedAt).toBe(promised);
    }
  });

  it('take a delivery back that turned out to be none or to have another time, and say so of the next one', () => {
    const scans = [['DELIVERED', 9]] as const;
    const noticed = (more: object = {}) => ({ noticed: { delivery: { ...DELIVERY, ...more } } });
    expect(namesOf(parcel(scans, noticed()))).toEqual([]);
    expect(namesOf(parcel([...scans, ['RETURNED', 12]], noticed()))).toEqual([['parcel_exception', 12]]);
    // A parcel that was returned since was delivered, too.
    const back = parcel(
      [
        ['DELIVERED', 10],
        ['RETURNED', 60],
      ],
      noticed({ isWithdrawn: true }),
    );
    expect(openNotices(back, undefined, GRACE)).toContainEqual({
      ...{ name: 'parcel_delivered', at: 10 * HOUR, dueAt: 10 * HOUR, number: 2 },
    });
    expect(
      namesOf(
        parcel([
          ['DELIVERED', 10],
          ['RETURNED', 60],
        ]),
      ),
    ).toContainEqual(['parcel_delivered', 10]);
    for (const others of [[], [['HUB_IN', 2]], [['DELIVERED', 8]]] as const)
      expect(openNotices(parcel(others, noticed()), undefined, GRACE)).toContainEqual({
        name: 'parcel_delivered_withdrawn',
        at: 9 * HOUR,
        dueAt: 9 * HOUR,
        number: 1,
      });
    expect(namesOf(parcel(scans, { ...noticed(), kind: 'RETURN' }))).toEqual([['parcel_delivered_withdrawn', 9]]);
    const again = openNotices(parcel([['DELIVERED', 8]], noticed({ isWithdrawn: true })), undefined, GRACE);
    expect(again).toEqual([{ name: 'parcel_delivered', at: 8 * HOUR, dueAt: 8 * HOUR, number: 2 }]);
    const voids = { shipment: { updatedAt: 0, voidedAt: 20 * HOUR, reason: 'wrong' }, scans: [] };
    expect(namesOf({ ...parcel(scans, noticed()), voids })).toEqual([['parcel_delivered_withdrawn', 9]]);
    const promised = 5 * HOUR;
    const voided = { ...parcel([['EXCEPTION', 1]], { promised }), voids };
    expect([openNotices(voided, 40 * HOUR, GRACE), nextCheck(voided), isStuck(voided)]).toEqual([[], undefined, false]);
    const wasLate = { ...parcel([], { promised, noticed: { late: lateNotice({}) } }), voids };
    expect(late(wasLate)).toEqual(['parcel_late_withdrawn', 1, 7, 7]);
  });

  it('withdraw at the present time what is longer ago than streams wait for events', () => {
    const DAYS = 24 * HOUR;
    const shipment = parcel([]);
    const event = eventOfNotice(shipment, { name: 'parcel_delivered_withdrawn', at: 9 * HOUR, number: 2 });
    const properties = { carrier: 'DHL', isOnTime: true };
    const withdrawal = (now: number, countedAt = 10 * HOUR, backfill = false) =>
      withdrawalOf(event, { properties, backfill, receivedAt: countedAt }, now);
    expect(withdrawal(20 * DAYS)).toEqual({ ...event, properties });
    const late = withdrawal(40 * DAYS);
    expect(late).toEqual({ ...event, occurredAt: 40 * DAYS, properties: { ...properties, since: 9 * HOUR } });
    // The streams have never counted it, or read both again.
    expect(withdrawal(90 * DAYS, 60 * DAYS)).toEqual({ ...event, properties });
    expect(withdrawal(40 * DAYS, 10 * HOUR, true)).toEqual({ ...event, properties });
    // The next notice finds the event of this one by its time.
    const { noticed } = addEvents(shipment, [late], () => ({ receivedAt: 40 * DAYS, backfill: false }));
    expect(noticed.delivery).toEqual({ number: 2, at: 9 * HOUR, isWithdrawn: true });
  });

  it('say that it is stuck again after another scan, also one that was made before and arrives late', () => {
    const stuck = parcel([['HUB_IN', 1]], { noticed: { parcel_stuck: HOUR } });
    expect(isStuck(stuck)).toBe(true);
    expect(namesOf(stuck, 31 * HOUR)).toEqual([]);
    const moving = parcel(
      [
        ['HUB_IN', 1],
        ['HUB_OUT', 20],
      ],
      { noticed: { parcel_stuck: HOUR } },
    );
    expect(isStuck(moving)).toBe(false);
    expect(namesOf(moving, 70 * HOUR)).toEqual([['parcel_stuck', 70]]);
    expect(
      isStuck(
        parcel(
          [
            ['HUB_IN', 1],
            ['LOST', 40],
          ],
          { noticed: { parcel_stuck: 50 * HOUR } },
        ),
      ),
    ).toBe(false);
  });

  it('are none of parcels that come back or have no record', () => {
    const scans = [['DELIVERED', 1]] as const;
    expect(namesOf(parcel(scans, { kind: 'RETURN' }))).toEqual([]);
    expect(namesOf({ ...parcel(scans), newest: null })).toEqual([]);
  });

  it('are due at the promise, or a day after the last scan', () => {
    expect(nextCheck(parcel([['HUB_IN', 1]], { promised: 5 * HOUR }))).toBe(5 * HOUR);
    expect(nextCheck(parcel([['HUB_IN', 1]]))).toBe(25 * HOUR);
    expect(nextCheck(parcel([]))).toBe(24 * HOUR);
    const done = { delivery: { ...DELIVERY, at: HOUR } };
    expect(nextCheck(parcel([['DELIVERED', 1]], { noticed: done }))).toBeUndefined();
  });
});
