import { isStuck, nextCheck, openNotices } from '../../../src/logistics/parcel-notices';
import type { ScanType } from '../../../src/logistics/parcel';
import type { Noticed, TrackedShipment } from '../../../src/logistics/shipment';

const HOUR = 3_600_000;
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
  openNotices(shipment, stuckAt).map(({ name, at }) => [name, at / HOUR]);

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
        ['parcel_late', 5],
      ],
    ]);
    expect(namesOf(parcel(scans, { promised: 9 * HOUR }))).toEqual([
      ...[
        ['parcel_delivered', 9],
        ['parcel_exception', 2],
      ],
    ]);
    const noticed = { delivery: DELIVERY, parcel_exception: 2 * HOUR, parcel_late: 5 * HOUR };
    expect(namesOf(parcel(scans, { promised: 5 * HOUR, noticed }))).toEqual([]);
  });

  it('take a delivery back that turned out to be none or to have another time, and say so of the next one', () => {
    const scans = [['DELIVERED', 9]] as const;
    const noticed = (more: object = {}) => ({ noticed: { delivery: { ...DELIVERY, ...more } } });
    expect(namesOf(parcel(scans, noticed()))).toEqual([]);
    expect(namesOf(parcel([...scans, ['RETURNED', 12]], noticed()))).toEqual([['parcel_exception', 12]]);
    for (const others of [[], [['HUB_IN', 2]], [['DELIVERED', 8]]] as const)
      expect(openNotices(parcel(others, noticed()), undefined)).toEqual([
        { name: 'parcel_delivered_withdrawn', at: 9 * HOUR, number: 1 },
      ]);
    expect(namesOf(parcel(scans, { ...noticed(), kind: 'RETURN' }))).toEqual([['parcel_delivered_withdrawn', 9]]);
    const again = openNotices(parcel([['DELIVERED', 8]], noticed({ isWithdrawn: true })), undefined);
    expect(again).toEqual([{ name: 'parcel_delivered', at: 8 * HOUR, number: 2 }]);
    const voids = { shipment: { updatedAt: 0, voidedAt: 20 * HOUR, reason: 'wrong' }, scans: [] };
    expect(namesOf({ ...parcel(scans, noticed()), voids })).toEqual([['parcel_delivered_withdrawn', 9]]);
    const late = { ...parcel([['EXCEPTION', 1]], { promised: 5 * HOUR }), voids };
    expect([openNotices(late, 40 * HOUR), nextCheck(late), isStuck(late)]).toEqual([[], undefined, false]);
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
