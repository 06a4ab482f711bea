import type { Pane } from '../window/panes';
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
 * Events of one key and side that may have partners, of those that happened in one {@link stretchAt}: the first in the log.
 * It bounds what a key can cost, whoever chose it; those beyond are in no pair, and nothing is remembered of them.
 */
export const MAX_EVENTS_PER_INTERVAL = 200;
/** Partners of one event: what is {@link partnersAt} touches three stretches at most. */
export const MAX_PARTNERS = 3 * MAX_EVENTS_PER_INTERVAL;

/** A stretch of time, without its end: as long as the longer side of the interval, counted from 1970 on. */
export function stretchAt(
  occurredAt: number,
  { beforeMs, afterMs }: Interval,
): { readonly from: number; readonly to: number } {
  const length = Math.max(beforeMs, afterMs, 1);
  const from = Math.floor(occurredAt / length) * length;
  return { from, to: from + length };
}

/** When the pairs happen, without the end, that the events of one side and {@link stretchAt} may be in. */
export function crowdedRange(
  { isOther, occurredAt }: Pick<Candidate, 'isOther' | 'occurredAt'>,
  interval: Interval,
): Pane {
  const { from, to } = stretchAt(occurredAt, interval);
  // A pair happens when the later of both did.
  return { start: from, end: Math.max(to, partnersAt({ isOther, occurredAt: to }, interval).to) };
}

/**
 * Up to when an event matters: its last partner may happen then, or another event of its stretch, which it may crowd out;
 * of what is imported, the last partner of that, as what is removed of windows goes by the time of pairs.
 */
export function lastAt(candidate: Pick<Candidate, 'isOther' | 'occurredAt' | 'imported'>, interval: Interval): number {
  const { to } = stretchAt(candidate.occurredAt, interval);
  if (candidate.imported) return partnersAt({ ...candidate, occurredAt: to }, interval).to;
  return Math.max(to, partnersAt(candidate, interval).to);
}

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

  /** Those that are remembered and belong to it. An event is no partner of itself. */
  partnersOf(candidate: C): C[] {
    const others = this.sides.get(sideOf(candidate, !candidate.isOther));
    if (others === undefined) return [];
    const { from, to } = partnersAt(candidate, this.interval);
    return others
      .slice(firstAt(others, from), firstAt(others, to + 1))
      .filter(({ position, sequence }) => position !== candidate.position || sequence !== candidate.sequence);
  }

  /** How many are remembered of its key, side and stretch of time. */
  crowdOf(candidate: C): number {
    const same = this.sides.get(sideOf(candidate, candidate.isOther));
    if (same === undefined) return 0;
    const { from, to } = stretchAt(candidate.occurredAt, this.interval);
    return firstAt(same, to) - firstAt(same, from);
  }

  remember(candidate: C): void {
    const place = sideOf(candidate, candidate.isOther);
    const same = this.sides.get(place);
    if (same === undefined) this.sides.set(place, [candidate]);
    else same.splice(firstAt(same, candidate.occurredAt + 1), 0, candidate);
    this.size++;
  }

  /** Forgets what was lived through and does not matter any more from an instant on. */
  forget(instant: number): void {
    this.size = 0;
    for (const [place, candidates] of this.sides) {
      const kept = candidates.filter((each) => each.imported || lastAt(each, this.interval) >= instant);
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
