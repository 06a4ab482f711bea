import fc from 'fast-check';
import type { Candidate } from '../../../src/streams/join/candidate';
import { forgetBefore } from '../../../src/streams/join/forgetting';
import { pairOf, Pairing, type Interval } from '../../../src/streams/join/pairing';

const interval: fc.Arbitrary<Interval> = fc.record({ beforeMs: fc.nat({ max: 20 }), afterMs: fc.nat({ max: 20 }) });
/** Few keys and times, so that many are partners; an event may be on both sides. */
const candidates: fc.Arbitrary<Candidate[]> = fc
  .array(
    fc.record({
      sides: fc.constantFrom([true], [false], [true, false]),
      key: fc.constantFrom('a', 'b', 'c'),
      occurredAt: fc.nat({ max: 60 }),
      imported: fc.boolean(),
      position: fc.nat({ max: 5 }),
    }),
    { maxLength: 40 },
  )
  .map((events) =>
    events.flatMap(({ sides, ...event }, sequence) => sides.map((isOther) => ({ ...event, isOther, sequence }))),
  );
const nameOf = ({ event, other }: { event: Candidate; other: Candidate }) => `${event.sequence} ${other.sequence}`;

/** By the definition: every event with every other one. */
function allPairs(all: readonly Candidate[], { beforeMs, afterMs }: Interval): string[] {
  return all
    .filter(({ isOther }) => !isOther)
    .flatMap((event) =>
      all
        .filter(
          (other) =>
            other.isOther &&
            other.sequence !== event.sequence &&
            other.key === event.key &&
            other.imported === event.imported &&
            other.occurredAt - event.occurredAt >= -beforeMs &&
            other.occurredAt - event.occurredAt <= afterMs,
        )
        .map((other) => nameOf({ event, other })),
    )
    .sort();
}

function pairsInOrder(
  all: readonly Candidate[],
  within: Interval,
  after?: (taken: number, p: Pairing<Candidate>) => void,
) {
  const pairing = new Pairing<Candidate>(within);
  return all
    .flatMap((candidate, at) => {
      const found = pairing.partnersOf(candidate).map((partner) => nameOf(pairOf(candidate, partner)));
      pairing.remember(candidate);
      after?.(at + 1, pairing);
      return found;
    })
    .sort();
}

describe('pairs of events', () => {
  it('are each found once, with the second of the two, in whatever order events come', () => {
    fc.assert(
      fc.property(
        candidates.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        interval,
        ([all, shuffled], within) => {
          const expected = allPairs(all, within);
          expect(pairsInOrder(all, within)).toEqual(expected);
          expect(pairsInOrder(shuffled, within)).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('have the first of their partners, where an event has more before it than it may', () => {
    fc.assert(
      fc.property(candidates, interval, fc.integer({ min: 1, max: 3 }), (all, within, most) => {
        const pairing = new Pairing<Candidate>(within);
        all.forEach((candidate, at) => {
          const names = new Set(allPairs([...all.slice(0, at), candidate], within));
          const before = all
            .slice(0, at)
            .filter((each) => each.isOther !== candidate.isOther && names.has(nameOf(pairOf(candidate, each))))
            .map((each, place) => ({ each, place }))
            .sort((a, b) => a.each.occurredAt - b.each.occurredAt || a.place - b.place)
            .map(({ each }) => each);
          expect(pairing.partnersOf(candidate, most)).toEqual(before.slice(0, most));
          pairing.remember(candidate);
        });
      }),
    );
  });

  it('are all found where what no partner can come for any more is forgotten', () => {
    fc.assert(
      fc.property(
        candidates,
        interval,
        fc.nat({ max: 10 }),
        fc.array(fc.nat({ max: 10 }), { minLength: 80, maxLength: 80 }),
        (all, within, lateness, delays) => {
          // In the order in which they are received, each up to the lateness after it happened.
          const received = all
            .map((candidate) => ({
              ...candidate,
              receivedAt: candidate.occurredAt + (delays[candidate.sequence] % (lateness + 1)),
            }))
            .sort((a, b) => a.receivedAt - b.receivedAt);
          const found = pairsInOrder(received, within, (taken, pairing) => {
            if (taken < received.length) pairing.forget(forgetBefore(received[taken].receivedAt, lateness));
          });
          expect(found).toEqual(allPairs(all, within));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('leave nothing behind that was lived through long ago; what is imported stays', () => {
    const pairing = new Pairing<Candidate>({ beforeMs: 0, afterMs: 10 });
    const at = (occurredAt: number, imported = false) =>
      pairing.remember({ isOther: false, key: 'a', occurredAt, imported, position: 1, sequence: occurredAt });
    [1, 2, 30].forEach((time) => at(time));
    at(1, true);
    pairing.forget(12);
    expect(pairing.size).toBe(3);
    pairing.forget(13);
    expect(pairing.size).toBe(2);
  });
});
