import { predictQuantiles } from '../../../../src/logistics/estimate/delivery-model';
import { fitDeliveryModel } from '../../../../src/logistics/estimate/fit-delivery-model';
import { progressAfter } from '../../../../src/logistics/estimate/parcel-progress';
import type { Parcel, Scan, TrackedParcel } from '../../../../src/logistics/parcel';
import { RandomDraws } from '../../../../src/logistics/simulation/random';

const HOUR = 3_600_000;
const LANES = 5_000;

/** Label and delivery. The hours between them do not depend on the lane. */
function draw(random: RandomDraws, id: number): TrackedParcel {
  const at = id * 0.2 * HOUR;
  const destination = `D${random.index(LANES)}`;
  const parcel: Parcel = {
    ...{ id: String(id), carrier: 'C', service: 'S', origin: 'O', originCountry: 'DE', country: 'DE', destination },
    promisedAt: null,
  };
  const scans: Scan[] = [
    { type: 'LABEL_CREATED', at, hub: null },
    { type: 'DELIVERED', at: at + random.logNormal(60, 0.6) * HOUR, hub: null },
  ];
  return { ...parcel, scans };
}

describe('the fit of the estimate', () => {
  it('does not learn the results of its own examples, where lanes have one to three parcels', () => {
    const random = new RandomDraws(3);
    const parcels = Array.from({ length: 10_000 }, (_, id) => draw(random, id));
    const model = fitDeliveryModel(parcels.slice(0, 8_000), () => false);
    const tested = parcels.slice(8_000).map((parcel) => {
      const [label, delivered] = parcel.scans;
      const progress = progressAfter(undefined, label as Parameters<typeof progressAfter>[1]);
      const { low, median, high } = predictQuantiles(model, parcel, progress, () => 1)!;
      return { actual: Math.log((delivered.at - label.at) / HOUR), low, median, high };
    });
    const share = (isHit: (each: (typeof tested)[number]) => boolean) => tested.filter(isHit).length / tested.length;
    expect(Math.abs(share(({ low, high, actual }) => low <= actual && actual <= high) - 0.8)).toBeLessThan(0.08);
    // The best median is a constant.
    const error = tested.reduce((sum, { median, actual }) => sum + Math.abs(median - actual), 0);
    const best = tested.reduce((sum, { actual }) => sum + Math.abs(Math.log(60) - actual), 0);
    expect(error).toBeLessThan(1.08 * best);
  });
});
