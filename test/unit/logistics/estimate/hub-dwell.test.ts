import { HubDwell } from '../../../../src/logistics/estimate/hub-dwell';
import { RandomDraws } from '../../../../src/logistics/simulation/random';

const HOUR = 3_600_000;

interface Stay {
  readonly from: number;
  readonly to: number;
}

/** Stays of parcels that arrive every quarter of an hour. */
function stays(random: RandomDraws, hours: number, dwellOf: (at: number) => number): Stay[] {
  return Array.from({ length: 4 * hours }, (_, n) => {
    const from = (n / 4) * HOUR;
    return { from, to: from + random.logNormal(dwellOf(from), 0.5) * HOUR };
  });
}

function hoursAt(dwell: HubDwell, at: number): number {
  const { parcelHours, departures } = dwell.now('H', at) ?? { parcelHours: NaN, departures: NaN };
  return parcelHours / departures;
}

function replay(dwell: HubDwell, all: readonly Stay[], until: number): void {
  const moves = all.flatMap(({ from, to }) => [
    { at: from, enters: true },
    { at: to, enters: false },
  ]);
  for (const { at, enters } of moves.filter((move) => move.at <= until).sort((a, b) => a.at - b.at))
    if (enters) dwell.enter('H', at);
    else dwell.leave('H', at);
}

describe('the time in a hub', () => {
  const [halfLife, until] = [24, 240 * HOUR];

  it('has the decayed parcel-hours and departures that a recount finds', () => {
    const random = new RandomDraws(5);
    const all = stays(random, 240, () => 8);
    const dwell = new HubDwell(halfLife);
    replay(dwell, all, until);
    const weightAt = (at: number) => 2 ** (-(until - at) / HOUR / halfLife);
    // ∫ 2^(−(until − t) / halfLife) dt over the time inside.
    const parcelHours = all
      .filter(({ from }) => from <= until)
      .reduce((sum, { from, to }) => {
        const integral = weightAt(Math.min(to, until)) - weightAt(from);
        return sum + (integral * halfLife) / Math.LN2;
      }, 0);
    const departures = all.filter(({ to }) => to <= until).reduce((sum, { to }) => sum + weightAt(to), 0);
    const present = dwell.now('H', until);
    expect(present?.departures).toBeCloseTo(departures, 9);
    expect(present?.parcelHours).toBeCloseTo(parcelHours, 8);
  });

  it('is the mean time inside', () => {
    const random = new RandomDraws(6);
    const dwell = new HubDwell(48);
    replay(
      dwell,
      stays(random, 480, () => 8),
      480 * HOUR,
    );
    const mean = 8 * Math.exp(0.5 ** 2 / 2);
    expect(Math.abs(hoursAt(dwell, 480 * HOUR) - mean)).toBeLessThan(0.1 * mean);
  });

  it('rises before the first delayed parcels leave', () => {
    const random = new RandomDraws(7);
    const dwell = new HubDwell(halfLife);
    const slowFrom = until - 12 * HOUR;
    replay(
      dwell,
      stays(random, 240, (at) => (at < slowFrom ? 6 : 60)),
      until,
    );
    expect(hoursAt(dwell, until)).toBeGreaterThan(8);
  });

  it('ends for a parcel that is forgotten, which is no departure', () => {
    const dwell = new HubDwell();
    dwell.enter('H', 0);
    dwell.forget('H', 10 * HOUR);
    const parcelHours = ((1 - 2 ** (-10 / 24)) * 24) / Math.LN2;
    expect(dwell.now('H', 10 * HOUR)).toEqual({ parcelHours: expect.closeTo(parcelHours, 9), departures: 0 });
    expect(dwell.now('H', 34 * HOUR)).toEqual({ parcelHours: expect.closeTo(parcelHours / 2, 9), departures: 0 });
  });

  it('is known in a hub that nothing has left, and not known of another hub', () => {
    const dwell = new HubDwell();
    dwell.enter('H', 0);
    const parcelHours = ((1 - 2 ** (-10 / 24)) * 24) / Math.LN2;
    expect(dwell.now('H', 10 * HOUR)).toEqual({ parcelHours: expect.closeTo(parcelHours, 9), departures: 0 });
    expect(dwell.now('G', until)).toBeUndefined();
  });
});
