import type { Pane } from '../window/panes';
import type { JoinCandidate } from './join-candidate';

/** How long before and after `event` the event `other` may occur, in milliseconds, inclusive. */
export interface Interval {
  readonly beforeMs: number;
  readonly afterMs: number;
}

/** Returns the time range [from, to] in which partners of an event occur. */
export function partnersAt(
  { isOther, occurredAt }: Pick<JoinCandidate, 'isOther' | 'occurredAt'>,
  { beforeMs, afterMs }: Interval,
): { readonly from: number; readonly to: number } {
  return isOther
    ? { from: occurredAt - afterMs, to: occurredAt + beforeMs }
    : { from: occurredAt - beforeMs, to: occurredAt + afterMs };
}

export interface Pair<C> {
  readonly event: C;
  readonly other: C;
}

/**
 * Maximum number of events of one bucket (same key, side, import flag and time range) that are paired: the ones that
 * come first in the log. Further events are neither paired nor stored. This bounds the cost of any key.
 */
export const MAX_EVENTS_PER_BUCKET = 200;
/** Maximum number of partners of one event. The range {@link partnersAt} overlaps at most three buckets. */
export const MAX_PARTNERS = 3 * MAX_EVENTS_PER_BUCKET;

/**
 * Returns the time bucket [from, to) of an instant. Buckets are as long as the longer of `beforeMs` and `afterMs`, and
 * are counted from 1970.
 */
export function bucketAt(
  occurredAt: number,
  { beforeMs, afterMs }: Interval,
): { readonly from: number; readonly to: number } {
  const length = Math.max(beforeMs, afterMs, 1);
  const from = Math.floor(occurredAt / length) * length;
  return { from, to: from + length };
}

/** Returns the time range [start, end) in which pairs may be missing if the bucket of this event is full. */
export function incompleteRangeOf(
  { isOther, occurredAt }: Pick<JoinCandidate, 'isOther' | 'occurredAt'>,
  interval: Interval,
): Pane {
  const { from, to } = bucketAt(occurredAt, interval);
  // A pair occurs when its later event does.
  return { start: from, end: Math.max(to, partnersAt({ isOther, occurredAt: to }, interval).to) };
}

/**
 * Returns the instant until which an event must be stored. A live (not imported) event is stored until its last
 * possible partner has occurred. It is also stored until its bucket has ended, because it counts towards the limit of
 * the bucket. For an imported event, the result is the time of the last possible partner of any event in its bucket.
 * The event is removed when all windows up to this time have been removed.
 */
export function expiresAt(
  candidate: Pick<JoinCandidate, 'isOther' | 'occurredAt' | 'imported'>,
  interval: Interval,
): number {
  const { to } = bucketAt(candidate.occurredAt, interval);
  if (candidate.imported) return partnersAt({ ...candidate, occurredAt: to }, interval).to;
  return Math.max(to, partnersAt(candidate, interval).to);
}

/** Returns the two events as `event` and `other`. */
export function pairOf<C extends Pick<JoinCandidate, 'isOther'>>(one: C, partner: C): Pair<C> {
  return one.isOther ? { event: partner, other: one } : { event: one, other: partner };
}

/**
 * A symmetric hash join (Wilschut and Apers, PDIS 1991) over a time interval. It stores candidates by key and time. If
 * the caller reads the partners of each candidate before it inserts the candidate, it gets each pair once. This holds
 * for any order of candidates. Candidates with the same time are stored in insertion order.
 */
export class SymmetricHashJoin<C extends JoinCandidate> {
  private readonly sides = new Map<string, C[]>();
  size = 0;

  constructor(private readonly interval: Interval) {}

  /** Returns the stored partners of a candidate. An event is not its own partner. */
  partnersOf(candidate: C): C[] {
    const others = this.sides.get(sideOf(candidate, !candidate.isOther));
    if (others === undefined) return [];
    const { from, to } = partnersAt(candidate, this.interval);
    return others
      .slice(firstAt(others, from), firstAt(others, to + 1))
      .filter(({ position, sequence }) => position !== candidate.position || sequence !== candidate.sequence);
  }

  /** Returns the number of stored candidates with the same key, side and time bucket. */
  countInBucket(candidate: C): number {
    const same = this.sides.get(sideOf(candidate, candidate.isOther));
    if (same === undefined) return 0;
    const { from, to } = bucketAt(candidate.occurredAt, this.interval);
    return firstAt(same, to) - firstAt(same, from);
  }

  insert(candidate: C): void {
    const place = sideOf(candidate, candidate.isOther);
    const same = this.sides.get(place);
    if (same === undefined) this.sides.set(place, [candidate]);
    else same.splice(firstAt(same, candidate.occurredAt + 1), 0, candidate);
    this.size++;
  }

  /** Removes live events that expired before an instant. Imported events stay. */
  removeExpired(instant: number): void {
    this.size = 0;
    for (const [place, candidates] of this.sides) {
      const kept = candidates.filter((each) => each.imported || expiresAt(each, this.interval) >= instant);
      if (kept.length === 0) this.sides.delete(place);
      else this.sides.set(place, kept);
      this.size += kept.length;
    }
  }
}

function sideOf({ key, imported }: JoinCandidate, isOther: boolean): string {
  return `${isOther ? 'o' : 'e'}${imported ? 'i' : 'l'}${key}`;
}

/** Returns the index of the first candidate that occurred at or after an instant. */
function firstAt(candidates: readonly JoinCandidate[], instant: number): number {
  let [low, high] = [0, candidates.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (candidates[middle]!.occurredAt < instant) low = middle + 1;
    else high = middle;
  }
  return low;
}
