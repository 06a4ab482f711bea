import fc from 'fast-check';
import { matchSegments } from '../../../../src/customers/segments/match-segments';

describe('matchSegments', () => {
  it('retains ids from a Jaccard coefficient of .5 on, and never uses an id again', () => {
    // Segment 4 continues; half of segment 9 is in the new segment 1; segment 6 is scattered.
    const before = Int32Array.of(0, 0, 0, 0, 1, 1, 1, 1, 2, 2);
    const now = Int32Array.of(2, 2, 2, 2, 1, 1, 0, 0, 0, 2);
    expect(matchSegments({ ids: [4, 9, 6], nextId: 12 }, before, 3, now)).toEqual({
      ids: [12, 9, 4],
      jaccards: [null, 0.5, 0.8],
      retired: [6],
      nextId: 13,
    });
  });

  it('numbers the segments of a first version', () => {
    const match = matchSegments({ ids: [], nextId: 1 }, new Int32Array(3), 2, Int32Array.of(0, 1, 1));
    expect(match).toEqual({ ids: [1, 2], jaccards: [null, null], retired: [], nextId: 3 });
  });

  it('gives each segment an id of its own, and retains exactly those with enough shared customers', () => {
    const clusterings = fc
      .tuple(fc.integer({ min: 4, max: 8 }), fc.integer({ min: 4, max: 8 }))
      .chain(([segmentsBefore, segmentsNow]) =>
        fc.tuple(
          fc.constant(segmentsBefore),
          fc.constant(segmentsNow),
          fc.array(
            fc.tuple(fc.integer({ min: 0, max: segmentsBefore - 1 }), fc.integer({ min: 0, max: segmentsNow - 1 })),
            { minLength: 8, maxLength: 40 },
          ),
          fc.boolean(),
        ),
      );
    fc.assert(
      fc.property(clusterings, ([segmentsBefore, segmentsNow, pairs, isStable]) => {
        const before = Int32Array.from(pairs, ([place]) => place);
        const now = Int32Array.from(pairs, ([place, other]) => (isStable ? place % segmentsNow : other));
        const ids = Array.from({ length: segmentsBefore }, (_, place) => 3 * place + 1);
        const match = matchSegments({ ids, nextId: 100 }, before, segmentsNow, now);
        expect(new Set(match.ids).size).toBe(segmentsNow);
        expect(match.nextId).toBe(100 + match.ids.filter((id) => id >= 100).length);
        expect([...match.ids.filter((id) => id < 100), ...match.retired].sort((a, b) => a - b)).toEqual(ids);
        match.ids.forEach((id, segment) => {
          const rows = pairs.map((_, row) => row);
          const jaccardWith = (place: number) => {
            const shared = rows.filter((row) => before[row] === place && now[row] === segment).length;
            const union = rows.filter((row) => before[row] === place || now[row] === segment).length;
            return union === 0 ? 0 : shared / union;
          };
          expect(match.jaccards[segment]).toBe(id >= 100 ? null : jaccardWith(ids.indexOf(id)));
          if (id < 100) expect(match.jaccards[segment]).toBeGreaterThanOrEqual(0.5);
          // More than half shared is possible with one segment only, so the matching can't miss it.
          else ids.forEach((_, place) => expect(jaccardWith(place)).toBeLessThanOrEqual(0.5));
        });
      }),
    );
  });
});
