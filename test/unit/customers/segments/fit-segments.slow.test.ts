import { featureAssigner, NEW, segmentAssigner } from '../../../../src/customers/segments/assign-segment';
import { fitSegments, type SegmentsFit } from '../../../../src/customers/segments/fit-segments';
import {
  decodeSegments,
  encodeSegments,
  type SegmentsArtefact,
} from '../../../../src/customers/segments/segments-artefact';
import type { SegmentFeatures } from '../../../../src/customers/segments/segment-features';
import { summarizePurchases } from '../../../../src/features/purchase-summary';
import { adjustedRandIndex } from '../../../../src/learn/adjusted-rand-index';
import { seededRandom } from '../../../../src/learn/seeded-random';
import { customersOf, KINDS, linesOf, NOW, type CustomerKind } from './synthetic-customers';

const SIZE = 60;
const options = { asOf: NOW, previous: null, seed: 1 };

function fitted(customers: readonly SegmentFeatures[], more: Partial<Parameters<typeof fitSegments>[1]> = {}) {
  const fit = fitSegments(customers, { ...options, ...more });
  if ('reason' in fit) throw new Error(fit.reason);
  return fit;
}
const idsOf = ({ artefact }: SegmentsFit, customers: readonly SegmentFeatures[]) =>
  customers.map((customer) => featureAssigner(artefact)(customer).segmentId);
const kindsOf = (kinds: readonly CustomerKind[], size = SIZE) =>
  kinds.flatMap((_, kind) => Array.from({ length: size }, () => kind));

const customers = customersOf(KINDS, SIZE, 1);
const first = fitted(customers);

describe('fitSegments', () => {
  it('finds kinds of customers that are apart', () => {
    expect(first.rule).toBe('STABLE');
    expect(first.artefact.segments.map(({ id, size }) => [id, size])).toEqual([1, 2, 3, 4, 5].map((id) => [id, SIZE]));
    expect(adjustedRandIndex(idsOf(first, customers).map(Number), kindsOf(KINDS))).toBe(1);
    expect(first.stability.map(({ segments }) => segments)).toEqual([4, 5, 6, 7, 8]);
    expect(first.stability[1].jaccards).toEqual([1, 1, 1, 1, 1]);
    expect(first.continuity).toBeNull();
    expect(first.heldOut.incumbent).toBeNull();
    const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(first.heldOut.candidate)).toBeLessThan(mean(first.heldOut.baseline) / 10);
  });

  it('names and describes them', () => {
    const nameOf = (kind: number) => {
      const id = idsOf(first, customers)[kind * SIZE];
      return first.artefact.segments.find((segment) => segment.id === id)!;
    };
    expect(nameOf(1).name).toContain('loyal, high spending, large baskets');
    expect(nameOf(2).name).toContain('recent first order');
    expect(nameOf(4).name).toContain('one order, long ago, large baskets');
    expect(nameOf(1).description).toMatch(
      /^60 customers: order every 1\d days, 90\d\.\d\d a basket, last order \d days ago\.$/,
    );
  });

  it('gives no segment to fewer than ten customers, though they are apart from all others', () => {
    const few = [...customersOf(KINDS.slice(0, 4), SIZE, 1), ...customersOf([KINDS[4]], 6, 2)];
    const withTen = [...customersOf(KINDS.slice(0, 4), SIZE, 1), ...customersOf([KINDS[4]], 12, 2)];
    const smallest = (some: readonly SegmentFeatures[]) =>
      Math.min(...fitted(some).artefact.segments.map(({ size }) => size));
    expect(smallest(few)).toBeGreaterThanOrEqual(SIZE);
    expect(smallest(withTen)).toBe(12);
  });

  it('gives the same bytes for the same customers and seed', () => {
    expect(encodeSegments(fitted(customers).artefact)).toEqual(encodeSegments(first.artefact));
    const second = (seed: number) => fitted(customersOf(KINDS, SIZE, 2), { previous: first.artefact, seed }).artefact;
    expect(encodeSegments(second(3))).toEqual(encodeSegments(second(3)));
  });

  it('retains ids and names in a refit', () => {
    const later = customersOf(KINDS, SIZE, 2);
    const refit = fitted(later, { previous: first.artefact, seed: 9 });
    expect(refit.rule).toBe('PREVIOUS');
    expect(refit.continuity).toMatchObject({
      sameEncoding: true,
      changedShare: 0,
      adjustedRandIndex: 1,
      added: [],
      retired: [],
    });
    expect(refit.continuity!.retained.map(({ id }) => id).sort()).toEqual([1, 2, 3, 4, 5]);
    expect(idsOf(refit, later)).toEqual(idsOf(first, later));
    const names = ({ segments }: SegmentsArtefact) => segments.map(({ id, name }) => [id, name]);
    expect(names(refit.artefact)).toEqual(names(first.artefact));
    expect(refit.heldOut.incumbent).toHaveLength(refit.heldOut.candidate.length);
  });

  it('continues the ids with another encoding', () => {
    const inYen = customersOf(KINDS, SIZE, 2).map((customer) => ({
      ...customer,
      netAmount: customer.netAmount * 3,
      meanBasket: customer.meanBasket * 3,
    }));
    const refit = fitted(inYen, { previous: first.artefact });
    expect(refit.continuity!.sameEncoding).toBe(false);
    // Large baskets of before are all baskets of now, so not all segments can be found again; recency and frequency are.
    expect(refit.continuity!.retained.length).toBeGreaterThanOrEqual(3);
  });

  it('retires segments that have no successor with their last names, and never uses their ids again', () => {
    const others: CustomerKind[] = [
      ...KINDS.slice(0, 3),
      { ...KINDS[3], orders: 6, gapDays: 60, recencyDays: 100, basket: 5_000 },
      { ...KINDS[3], orders: 6, gapDays: 5, recencyDays: 600, basket: 20 },
    ];
    const later = customersOf(others, SIZE, 4);
    const gone = new Set(idsOf(first, customers).slice(3 * SIZE));
    const editedNames = new Map([...gone].map((id) => [id, `edited ${id}`]));
    const refit = fitted(later, { previous: first.artefact, editedNames });
    const ids = refit.artefact.segments.map(({ id }) => id);
    const retired = refit.artefact.retired;
    expect(retired.length).toBeGreaterThan(0);
    for (const { id, name } of retired) {
      expect(ids).not.toContain(id);
      expect(name).toBe(editedNames.get(id) ?? first.artefact.segments.find((segment) => segment.id === id)!.name);
    }
    expect(ids.filter((id) => id > 5).length).toBe(refit.continuity!.added.length);
    const again = fitted(customers, { previous: refit.artefact, seed: 2 });
    const formerIds = new Set(retired.map(({ id }) => id));
    for (const { id } of again.artefact.segments) expect(formerIds.has(id)).toBe(false);
    expect(again.artefact.nextId).toBeGreaterThan(refit.artefact.nextId);
    expect(again.artefact.retired.map(({ id }) => id)).toEqual(expect.arrayContaining([...formerIds]));
  });

  it('moves few customers if they change gradually', () => {
    const random = seededRandom(8);
    // One cloud without gaps between segments: k-means alone would move its borders.
    const cloud = Array.from({ length: 1_500 }, (): SegmentFeatures => {
      const orders = 1 + Math.floor(30 * random() ** 2);
      return {
        ...customers[0],
        orders,
        recencyDays: 1 + 250 * random() ** 2,
        meanBasket: 40 * Math.exp(2 * random()),
        netAmount: 40 * orders * Math.exp(2 * random()),
        meanGapDays: orders === 1 ? null : 10 + 60 * random(),
        gapSpread: null,
      };
    });
    const before = fitted(cloud);
    const later = cloud.map((customer) => ({
      ...customer,
      recencyDays: random() < 0.1 ? 7 * random() : customer.recencyDays + 7,
      meanBasket: customer.meanBasket * (0.9 + 0.3 * random()),
    }));
    const { continuity } = fitted(later, { previous: before.artefact });
    expect(continuity!.changedShare).toBeLessThanOrEqual(0.05);
    expect(continuity!.adjustedRandIndex).toBeGreaterThan(0.8);
    expect(continuity!.distanceRatio).toBeLessThanOrEqual(1.05);
    expect(continuity!.changedWithoutHistory).toBeGreaterThanOrEqual(continuity!.changedShare - 0.001);
  });

  it('uses categories and discounts, and does without them', () => {
    const kinds: CustomerKind[] = ['garden', 'kitchen'].flatMap((category) =>
      [0.7, 1].flatMap((priceRatio) => [KINDS[0], KINDS[3]].map((kind) => ({ ...kind, category, priceRatio }))),
    );
    const mixed = customersOf(kinds, SIZE, 3);
    const fit = fitted(mixed);
    expect(fit.artefact.encoding.categories.map(({ name }) => name)).toEqual(['garden', 'kitchen']);
    expect(adjustedRandIndex(idsOf(fit, mixed).map(Number), kindsOf(kinds))).toBeGreaterThan(0.5);
    expect(fit.artefact.segments.some(({ name }) => name.includes('garden') || name.includes('kitchen'))).toBe(true);
    const single = customersOf(
      KINDS.map((kind) => ({ ...kind, category: 'garden' })),
      SIZE,
      1,
    );
    expect(idsOf(fitted(single), single)).toEqual(idsOf(first, customers));
  });

  it('says why a small or uniform shop has no segments', () => {
    expect(fitSegments(customers.slice(0, 99), options)).toEqual({
      reason: '99 customers with an order; segments need at least 100',
    });
    expect(fitSegments([], options)).toEqual({ reason: '0 customers with an order; segments need at least 100' });
    const uniform = Array.from({ length: 200 }, () => customers[0]);
    expect(fitSegments(uniform, options)).toEqual({
      reason: 'no number of segments from 4 to 8 leaves each segment 2 % of the customers, and at least 10 of them',
    });
  });

  it('reports progress from 0 to 1', () => {
    const progress: number[] = [];
    fitted(customers, { onProgress: (share) => progress.push(share) });
    expect(progress[0]).toBe(0);
    expect(progress.at(-1)).toBe(1);
    expect([...progress].sort((a, b) => a - b)).toEqual(progress);
  });
});

describe('segmentAssigner', () => {
  it('assigns a customer to the nearest segment, by an artefact that was stored', () => {
    const assign = segmentAssigner(decodeSegments(encodeSegments(first.artefact)));
    const random = seededRandom(77);
    KINDS.forEach((kind, at) => {
      const { segmentId, distance } = assign(summarizePurchases(linesOf(kind, random), NOW));
      expect(segmentId).toBe(idsOf(first, customers)[at * SIZE]);
      expect(distance).toBeLessThan(1);
    });
  });

  it('leaves a customer without an order NEW', () => {
    expect(segmentAssigner(first.artefact)(summarizePurchases([], NOW))).toEqual({ segmentId: NEW, distance: null });
  });
});
