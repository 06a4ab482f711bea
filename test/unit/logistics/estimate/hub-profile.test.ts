import { HubDwell } from '../../../../src/logistics/estimate/hub-dwell';
import { HubProfile } from '../../../../src/logistics/estimate/hub-profile';

const HOUR = 3_600_000;

/** Parcels arrive every half an hour and stay for `stay` hours. */
function parcelsUntil(dwell: HubDwell, hours: number, stay: number, profile?: HubProfile): void {
  for (let half = 0; half < 2 * hours; half++) {
    const at = (half / 2) * HOUR;
    dwell.enter('H', at);
    if (half >= 2 * stay) dwell.leave('H', at);
    profile?.add('H', at, dwell.now('H', at)!);
  }
}

describe('the slowness of a hub', () => {
  const profile = new HubProfile();
  parcelsUntil(new HubDwell(), 24 * 28, 6, profile);
  const usually = (dwell: HubDwell, at: number) => profile.slowness('H', at, dwell.now('H', at));

  it('is 1 in a hub without parcels, however long it is idle', () => {
    const dwell = new HubDwell();
    parcelsUntil(dwell, 24 * 7, 6);
    for (let inside = 0; inside < 12; inside++) dwell.leave('H', 24 * 7 * HOUR);
    expect(dwell.now('H', 24 * 7 * HOUR)?.departures).toBeGreaterThan(20);
    for (const days of [8, 9, 14, 60, 400]) expect([days, usually(dwell, 24 * days * HOUR)]).toEqual([days, 1]);
  });

  it('is above 1 where parcels stay, also if none leaves any more', () => {
    const dwell = new HubDwell();
    parcelsUntil(dwell, 24 * 7, 24);
    expect(usually(dwell, 24 * 7 * HOUR)).toBeGreaterThan(3);
    const blocked = new HubDwell();
    for (let n = 0; n < 20; n++) blocked.enter('H', n * HOUR);
    expect(usually(blocked, 48 * HOUR)).toBe(10);
  });

  it('is below 1 only with enough departures', () => {
    const dwell = new HubDwell();
    parcelsUntil(dwell, 24 * 7, 1);
    expect(usually(dwell, 24 * 7 * HOUR)).toBeLessThan(0.5);
    expect(profile.slowness('H', 0, { parcelHours: 0.1, departures: 4 })).toBe(1);
  });
});
