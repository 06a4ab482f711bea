import fc from 'fast-check';
import { FIXED_COLUMNS } from '../../../../src/customers/segments/segment-encoding';
import {
  decodeSegments,
  encodeSegments,
  type CustomerSegment,
  type SegmentsArtefact,
} from '../../../../src/customers/segments/segments-artefact';

const number = fc.double({ noNaN: true, noDefaultInfinity: true });
const numbers = (length: number) => fc.array(number, { minLength: length, maxLength: length });
const artefacts: fc.Arbitrary<SegmentsArtefact> = fc
  .tuple(
    fc.integer({ min: 0, max: 3 }),
    fc.uniqueArray(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 9 }),
  )
  .chain(([categories, ids]) => {
    const width = FIXED_COLUMNS.length + categories;
    const segment = (id: number): fc.Arbitrary<CustomerSegment> =>
      fc.record({
        id: fc.constant(id),
        name: fc.string().map((name) => `${name} ${id}`),
        terms: fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 3 }),
        description: fc.string({ unit: 'grapheme' }),
        size: fc.nat(),
        centroid: numbers(width).map((values) => Float64Array.from(values)),
        profile: fc.record({
          recencyDays: number,
          orders: number,
          oneOrderShare: number,
          gapDays: fc.option(number),
          basket: number,
          netAmount: number,
          discountShare: number,
          categoryShares: numbers(categories),
          deviations: numbers(FIXED_COLUMNS.length),
        }),
      });
    const live = ids.slice(0, 8);
    return fc.record({
      asOf: fc.nat(),
      currency: fc.constantFrom('EUR', 'XXX'),
      encoding: fc.record({
        amountUnit: fc.double({ min: 1e-9, max: 1e9, noNaN: true }),
        discountShare: number,
        categories: fc.tuple(
          ...Array.from({ length: categories }, () => fc.record({ name: fc.string(), share: number })),
        ),
        columns: fc.array(
          numbers(4).map(([a, b, mean, factor]) => ({ low: Math.min(a, b), high: Math.max(a, b), mean, factor })),
          { minLength: width, maxLength: width },
        ),
      }),
      segments: fc.tuple(...live.map(segment)),
      nextId: fc.integer({ min: 91, max: 1e9 }),
      retired: fc.tuple(...ids.slice(8).map((id) => fc.record({ id: fc.constant(id), name: fc.string() }))),
    });
  });

const [artefact] = fc.sample(
  artefacts.filter(({ segments, retired }) => segments.length > 1 && retired.length > 0),
  {
    numRuns: 1,
    seed: 1,
  },
);
const decodeChanged = (change: Partial<SegmentsArtefact>) => () =>
  decodeSegments(encodeSegments({ ...artefact, ...change }));
const withFirst = (change: Partial<CustomerSegment>) =>
  decodeChanged({ segments: artefact.segments.map((segment, at) => (at === 0 ? { ...segment, ...change } : segment)) });

describe('encodeSegments and decodeSegments', () => {
  it('preserve a version', () => {
    fc.assert(
      fc.property(artefacts, (version) => {
        expect(decodeSegments(encodeSegments(version))).toEqual(version);
      }),
    );
  });

  it('reject bytes that end early, and further bytes', () => {
    const bytes = encodeSegments(artefact);
    for (let length = 0; length < bytes.length; length++)
      expect(() => decodeSegments(bytes.slice(0, length))).toThrow();
    expect(() => decodeSegments(Uint8Array.of(...bytes, 0))).toThrow('further bytes');
  });

  it('reject other bytes and other versions', () => {
    expect(() => decodeSegments(Uint8Array.of(3, 97, 98, 99, 1))).toThrow('expected customer-segments version 1');
    const bytes = encodeSegments(artefact);
    bytes[1 + 'customer-segments'.length] = 2;
    expect(() => decodeSegments(bytes)).toThrow('found customer-segments version 2');
  });

  it('reject numbers and ids that cannot be', () => {
    const { encoding, segments, retired } = artefact;
    expect(decodeChanged({ asOf: NaN })).toThrow('the instant holds NaN');
    expect(decodeChanged({ encoding: { ...encoding, amountUnit: 0 } })).toThrow('greater than 0; got 0');
    const columns = encoding.columns.map((column, c) => (c === 2 ? { ...column, low: 2, high: 1 } : column));
    expect(decodeChanged({ encoding: { ...encoding, columns } })).toThrow('column 2 is clipped to 2 … 1');
    const centroid = segments[0].centroid.map((value, c) => (c === 1 ? Infinity : value));
    expect(withFirst({ centroid })).toThrow(`the centroid of segment ${segments[0].id} holds Infinity`);
    expect(withFirst({ profile: { ...segments[0].profile, basket: NaN } })).toThrow(
      `the profile of segment ${segments[0].id} holds NaN`,
    );
    expect(withFirst({ id: segments[1].id })).toThrow('an id occurs twice');
    expect(withFirst({ id: retired[0].id })).toThrow('an id occurs twice');
    expect(withFirst({ id: 0 })).toThrow('the id 0 is not between 1 and the next id');
    expect(decodeChanged({ nextId: 1 })).toThrow('is not between 1 and the next id, 1');
    expect(withFirst({ name: segments[1].name })).toThrow('two segments have the same name');
    expect(decodeChanged({ segments: [] })).toThrow('from 1 to 8 segments; got 0');
  });
});
