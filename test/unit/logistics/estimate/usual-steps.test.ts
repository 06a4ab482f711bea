import { progressAfter, type ParcelProgress } from '../../../../src/logistics/estimate/parcel-progress';
import { transitOutlook } from '../../../../src/logistics/estimate/transit-outlook';
import { UsualSteps } from '../../../../src/logistics/estimate/usual-steps';
import type { Parcel, Scan, TrackedParcel } from '../../../../src/logistics/parcel';

const HOUR = 3_600_000;

const parcelTo = (destination: string): Parcel => ({
  ...{ id: destination, carrier: 'C', service: 'S', origin: 'O', originCountry: 'DE', country: 'DE', destination },
  promisedAt: null,
});

/** Label, pickup after 10 h, two hubs of 10 h, the tour, and the delivery after 80 h. */
const scansTo = (destination: string): Scan[] => [
  { type: 'LABEL_CREATED', at: 0, hub: null },
  { type: 'PICKED_UP', at: 10 * HOUR, hub: null },
  { type: 'HUB_IN', at: 20 * HOUR, hub: 'C/O' },
  { type: 'HUB_OUT', at: 30 * HOUR, hub: 'C/O' },
  { type: 'HUB_IN', at: 50 * HOUR, hub: `C/${destination}` },
  { type: 'OUT_FOR_DELIVERY', at: 70 * HOUR, hub: null },
  { type: 'DELIVERED', at: 80 * HOUR, hub: null },
];

const usual = new UsualSteps();
for (let n = 0; n < 200; n++) {
  const destination = `D${n % 4}`;
  const parcel: TrackedParcel = { ...parcelTo(destination), scans: scansTo(destination) };
  usual.add(parcel);
}

/** Hours that remain after the scans, by the usual steps. */
function remaining(destination: string, scans: readonly Scan[]): number {
  let progress: ParcelProgress | undefined;
  for (const scan of scans) progress = progressAfter(progress, scan as Parameters<typeof progressAfter>[1]);
  const outlook = transitOutlook(parcelTo(destination), progress!, usual, () => 1);
  return outlook.untilLastHub + outlook.inLastHub + outlook.afterLastHub;
}

describe('the usual steps', () => {
  it.each([0, 1, 2, 3, 4, 5])('of a new lane are those of the carrier and service after scan %d', (last) => {
    const [scans, known] = [scansTo('NEW'), scansTo('D1')];
    const expected = (80 * HOUR - scans[last].at) / HOUR;
    expect(Math.abs(remaining('D1', known.slice(0, last + 1)) - expected)).toBeLessThan(2);
    expect(Math.abs(remaining('NEW', scans.slice(0, last + 1)) - expected)).toBeLessThan(6);
  });

  it('continue after a type that is not on the route, without starting again', () => {
    const scans: Scan[] = [...scansTo('D1').slice(0, 4), { type: 'CUSTOMS', at: 45 * HOUR, hub: null }];
    expect(remaining('D1', scans)).toBeLessThan(55);
  });

  it('are none if no parcel has been delivered', () => {
    expect(new UsualSteps().routeOf(parcelTo('D1'))).toEqual([]);
  });
});
