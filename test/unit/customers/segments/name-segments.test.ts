import fc from 'fast-check';
import { describeSegment, nameSegments, type NamedSegment } from '../../../../src/customers/segments/name-segments';
import { FIXED_COLUMNS, type FixedColumn } from '../../../../src/customers/segments/segment-encoding';
import type { SegmentProfile } from '../../../../src/customers/segments/segment-profile';

const CATEGORIES = ['garden', 'kitchen'];
const profileOf = (
  deviations: Partial<Record<FixedColumn, number>>,
  more: Partial<SegmentProfile> = {},
): SegmentProfile => ({
  recencyDays: 12.4,
  orders: 5,
  oneOrderShare: 0.1,
  gapDays: 23.8,
  basket: 310.5,
  netAmount: 1500,
  discountShare: 0.1,
  categoryShares: [0.3, 0.3],
  deviations: FIXED_COLUMNS.map((column) => deviations[column] ?? 0),
  ...more,
});
const SHOP = profileOf({});
const nameOf = (profile: SegmentProfile, previous?: readonly string[]) =>
  nameSegments([{ id: 1, size: 9, profile }], SHOP, CATEGORIES, new Map(previous && [[1, previous]]))[0].name;

describe('nameSegments', () => {
  it.each([
    ['loyal, large baskets, garden', { frequency: 1, recency: -0.5, basket: 1.2 }, { categoryShares: [0.5, 0.2] }],
    ['once loyal', { frequency: 0.6, recency: 0.8 }, {}],
    ['recent first order', { frequency: -0.8, recency: -0.9 }, { oneOrderShare: 0.9 }],
    ['one order, long ago, small baskets', { recency: 0.9, basket: -0.7 }, { oneOrderShare: 0.9 }],
    ['one order', {}, { oneOrderShare: 0.9 }],
    ['active, full price, short gaps', { recency: -0.8, gap: -0.5, discount: -0.9, basket: 0.4 }, {}],
    ['lapsed, discounts, irregular', { recency: 0.8, discount: 2, 'gap-spread': 0.9, money: -0.6 }, {}],
    ['occasional', { basket: 0.4 }, { categoryShares: [0.35, 0.3] }],
  ])('names a segment "%s"', (name, deviations, more) => {
    expect(nameOf(profileOf(deviations, more))).toBe(name);
  });

  it('distinguishes two segments with the same properties by weaker ones, else by the id', () => {
    const alike = (id: number, size: number, basket: number): NamedSegment => ({
      id,
      size,
      profile: profileOf({ basket }),
    });
    const names = nameSegments([alike(1, 5, 0.2), alike(2, 9, 0), alike(3, 4, 0)], SHOP, CATEGORIES, new Map());
    expect(names.map(({ name }) => name)).toEqual(['occasional, large baskets', 'occasional', 'occasional (3)']);
  });

  it('retains the previous name while it is still true', () => {
    const loyal = profileOf({ frequency: 0.45, basket: 0.35, money: 0.9 });
    expect(nameOf(loyal)).toBe('occasional, high spending');
    expect(nameOf(loyal, ['loyal', 'large baskets'])).toBe('loyal, large baskets');
    expect(nameOf(profileOf({ frequency: 0.45, basket: 0.2 }), ['loyal', 'large baskets'])).toBe('occasional');
    expect(nameOf(profileOf({ frequency: 0.1, basket: 0.9 }), ['loyal', 'large baskets'])).toBe(
      'occasional, large baskets',
    );
  });

  it('gives each segment a name of its own', () => {
    const deviation = fc.constantFrom(-1, -0.3, 0, 0.3, 1);
    const segments = fc.array(fc.tuple(fc.array(deviation, { minLength: 7, maxLength: 7 }), fc.boolean()), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(segments, segments, (drawn, drawnBefore) => {
        const named = (from: typeof drawn): NamedSegment[] =>
          from.map(([deviations, isOnce], at) => ({
            id: at + 1,
            size: 10 - at,
            profile: { ...SHOP, deviations, oneOrderShare: isOnce ? 1 : 0 },
          }));
        const before = nameSegments(named(drawnBefore), SHOP, CATEGORIES, new Map());
        const terms = new Map(before.map((name, at) => [at + 1, name.terms]));
        const now = nameSegments(named(drawn), SHOP, CATEGORIES, terms);
        for (const names of [before, now]) expect(new Set(names.map(({ name }) => name)).size).toBe(names.length);
      }),
    );
  });
});

describe('describeSegment', () => {
  it('gives real figures in one sentence', () => {
    expect(describeSegment({ size: 412, profile: SHOP })).toBe(
      '412 customers: order every 24 days, 310.50 a basket, last order 12 days ago.',
    );
  });

  it('says that most customers ordered once', () => {
    const profile = profileOf({}, { gapDays: null, oneOrderShare: 1, recencyDays: 1.2 });
    expect(describeSegment({ size: 1, profile })).toBe(
      '1 customer: 100 % ordered once, 310.50 a basket, last order 1 day ago.',
    );
  });
});
