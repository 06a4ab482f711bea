import fc from 'fast-check';
import type { JoinCandidate } from '../../../src/streams/join/join-candidate';
import { bufferExpiry } from '../../../src/streams/join/buffer-expiry';
import {
  expiresAt,
  pairOf,
  SymmetricHashJoin,
  partnersAt,
  bucketAt,
  type Interval,
} from '../../../src/streams/join/symmetric-hash-join';

const interval: fc.Arbitrary<Interval> = fc.record({ beforeMs: fc.nat({ max: 20 }), afterMs: fc.nat({ max: 20 }) });
/** Few keys and times, so that many are partners; an event may be on both sides. */
const candidates: fc.Arbitrary<JoinCandidate[]> = fc
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
const nameOf = ({ event, other }: { event: JoinCandidate; other: JoinCandidate }) =>
  `${event.sequence} ${other.sequence}`;

/** By the definition: every event with every other one. */
function allPairs(all: readonly JoinCandidate[], { beforeMs, afterMs }: Interval): string[] {
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
  all: readonly JoinCandidate[],
  within: Interval,
  after?: (taken: number, p: SymmetricHashJoin<JoinCandidate>) => void,
) {
  const pairing = new SymmetricHashJoin<JoinCandidate>(within);
  return all
    .flatMap((candidate, at) => {
      const found = pairing.partnersOf(candidate).map((partner) => nameOf(pairOf(candidate, partner)));
      pairing.insert(candidate);
      after?.(at + 1, pairing);
      return found;
    })
    .sort();
}

/** Each is received up to the lateness after it happened. */
function inOrderOfReceipt(all: readonly JoinCandidate[], lateness: number, delays: readonly number[]) {
  return all
    .map((candidate) => ({
      ...candidate,
      receivedAt: candidate.occurredAt + (delays[candidate.sequence] % (lateness + 1)),
    }))
    .sort((a, b) => a.receivedAt - b.receivedAt);
}

describe('pairs of events', () => {
  it('are each found once, with the second of the two, in any order of events', () => {
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

  it('are known to be many of one key and side in one bucket of time', () => {
    fc.assert(
      fc.property(candidates, interval, (all, within) => {
        const pairing = new SymmetricHashJoin<JoinCandidate>(within);
        all.forEach((candidate, at) => {
          const { from, to } = bucketAt(candidate.occurredAt, within);
          const same = all
            .slice(0, at)
            .filter(
              ({ key, isOther, imported, occurredAt }) =>
                key === candidate.key &&
                isOther === candidate.isOther &&
                imported === candidate.imported &&
                occurredAt >= from &&
                occurredAt < to,
            );
          expect(pairing.countInBucket(candidate)).toBe(same.length);
          pairing.insert(candidate);
        });
      }),
    );
  });

  it('are of at most three buckets of time for each event, and matter until no query needs them', () => {
    fc.assert(
      fc.property(interval, fc.boolean(), fc.integer({ min: -100, max: 100 }), (within, isOther, occurredAt) => {
        const { from, to } = partnersAt({ isOther, occurredAt }, within);
        const first = bucketAt(from, within);
        expect(bucketAt(to, within).from).toBeLessThanOrEqual(first.from + 2 * (first.to - first.from));
        const own = bucketAt(occurredAt, within);
        const lived = expiresAt({ isOther, occurredAt, imported: false }, within);
        expect(lived).toBe(Math.max(to, own.to));
        const lastOfStretch = expiresAt({ isOther, occurredAt: own.to - 1, imported: true }, within);
        expect(expiresAt({ isOther, occurredAt, imported: true }, within)).toBe(lastOfStretch);
        expect(lastOfStretch).toBeGreaterThanOrEqual(lived);
      }),
    );
  });

  it('are the same when events are deleted, if a key has more events than may have partners', () => {
    fc.assert(
      fc.property(
        candidates,
        interval,
        fc.nat({ max: 10 }),
        fc.array(fc.nat({ max: 10 }), { minLength: 80, maxLength: 80 }),
        (all, within, lateness, delays) => {
          const received = inOrderOfReceipt(all, lateness, delays);
          const counted = (forgets: boolean) => {
            const pairing = new SymmetricHashJoin<JoinCandidate>(within);
            return received.flatMap((candidate) => {
              if (forgets) pairing.removeExpired(bufferExpiry(candidate.receivedAt, lateness));
              if (pairing.countInBucket(candidate) >= 3) return [];
              const found = pairing.partnersOf(candidate).map((partner) => nameOf(pairOf(candidate, partner)));
              pairing.insert(candidate);
              return found;
            });
          };
          expect(counted(true)).toEqual(counted(false));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('are all found if events that can find no partner any more are deleted', () => {
    fc.assert(
      fc.property(
        candidates,
        interval,
        fc.nat({ max: 10 }),
        fc.array(fc.nat({ max: 10 }), { minLength: 80, maxLength: 80 }),
        (all, within, lateness, delays) => {
          const received = inOrderOfReceipt(all, lateness, delays);
          const found = pairsInOrder(received, within, (taken, pairing) => {
            if (taken < received.length) pairing.removeExpired(bufferExpiry(received[taken].receivedAt, lateness));
          });
          expect(found).toEqual(allPairs(all, within));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('leave no old live events behind; imported ones stay', () => {
    const pairing = new SymmetricHashJoin<JoinCandidate>({ beforeMs: 0, afterMs: 10 });
    const at = (occurredAt: number, imported = false) =>
      pairing.insert({ isOther: false, key: 'a', occurredAt, imported, position: 1, sequence: occurredAt });
    [1, 2, 30].forEach((time) => at(time));
    at(1, true);
    pairing.removeExpired(11);
    expect(pairing.size).toBe(4);
    pairing.removeExpired(12);
    expect(pairing.size).toBe(3);
    pairing.removeExpired(13);
    expect(pairing.size).toBe(2);
  });
});
