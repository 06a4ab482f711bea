import type { Candidate } from './candidate';

/** How far `other` may be from `event`, in milliseconds, both ends included. */
export interface Interval {
  readonly beforeMs: number;
  readonly afterMs: number;
}

/** When the partners of an event happened. */
export function partnersAt(
  { isOther, occurredAt }: Pick<Candidate, 'isOther' | 'occurredAt'>,
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
 * Partners that an event may have among those that came before it. It bounds what one event can cost, whoever chose its
 * key; of more, the first to have happened count, which the order of the log decides once and for all.
 */
export const MOST_PARTNERS = 200;

/** Which of the two is which. */
export function pairOf<C extends Pick<Candidate, 'isOther'>>(one: C, partner: C): Pair<C> {
  return one.isOther ? { event: partner, other: one } : { event: one, other: partner };
}

/**
 * Candidates by key and time. Asked for the partners of each one before it remembers it, in whatever order they come, it
 * gives each pair once: with the second of the two. (The symmetric hash join of Wilschut and Apers, PDIS 1991, on an
 * interval.) Of those that happened at the same time, the first to be remembered is the first.
 */
export class Pairing<C extends Candidate> {
  private readonly sides = new Map<string, C[]>();
  size = 0;

  constructor(private readonly interval: Interval) {}

  /** Those that are remembered and belong to it, the first `most`. An event is no partner of itself. */
  partnersOf(candidate: C, most = Infinity): C[] {
    const others = this.sides.get(sideOf(candidate, !candidate.isOther));
    if (others === undefined) return [];
    const { from, to } = partnersAt(candidate, this.interval);
    const found: C[] = [];
    for (let at = firstAt(others, from); at < others.length && found.length < most; at++) {
      const other = others[at];
      if (other.occurredAt > to) break;
      if (other.position !== candidate.position || other.sequence !== candidate.sequence) found.push(other);
    }
    return found;
  }

  remember(candidate: C): void {
    const place = sideOf(candidate, candidate.isOther);
    const same = this.sides.get(place);
    if (same === undefined) this.sides.set(place, [candidate]);
    else same.splice(firstAt(same, candidate.occurredAt + 1), 0, candidate);
    this.size++;
  }

  /** Forgets what was lived through and whose last partner happened before an instant. */
  forget(instant: number): void {
    this.size = 0;
    for (const [place, candidates] of this.sides) {
      const kept = candidates.filter((each) => each.imported || partnersAt(each, this.interval).to >= instant);
      if (kept.length === 0) this.sides.delete(place);
      else this.sides.set(place, kept);
      this.size += kept.length;
    }
  }
}

function sideOf({ key, imported }: Candidate, isOther: boolean): string {
  return `${isOther ? 'o' : 'e'}${imported ? 'i' : 'l'}${key}`;
}

/** Where the first one is that did not happen before an instant. */
function firstAt(candidates: readonly Candidate[], instant: number): number {
  let [low, high] = [0, candidates.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (candidates[middle].occurredAt < instant) low = middle + 1;
    else high = middle;
  }
  return low;
}
