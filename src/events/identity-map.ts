import { appendTo } from '../learn/group-by';
import type { IdentityRange } from './identity-ranges.store';
import type { LoggedMerge } from './log-event';

/**
 * A range of log positions. It ends at `upper` (inclusive) and begins after the subject's previous range, or at the
 * start of the log. The subject's events in the range belong to `owner` after all merges.
 */
interface OwnedRange {
  readonly upper: number;
  readonly owner: string;
}

/** Maps each event to the subject (customer or session) that it belongs to after all merges. */
export class IdentityMap {
  /** The ranges of each merged subject, newest first. */
  private readonly ranges = new Map<string, OwnedRange[]>();

  /** @param merges all merges of the log, in order of log position */
  constructor(merges: readonly LoggedMerge[]) {
    for (const { position, from, into } of merges.toReversed()) {
      // Merges are visited from the newest to the oldest, so `ranges` has only merges later than this one. If `into`
      // was itself merged later, the earliest of those merges also moved the events that this one moves. It is the last
      // range of `into`, whose owner is already the final one.
      const owner = this.ranges.get(into)?.at(-1)?.owner ?? into;
      appendTo(this.ranges, from, { upper: position, owner });
    }
  }

  /**
   * Returns the subject that an event belongs to.
   * @param position position of the event in the log
   */
  ownerOf(subject: string, position: number): string {
    return this.ranges.get(subject)?.findLast(({ upper }) => position <= upper)?.owner ?? subject;
  }

  /**
   * Yields the ranges of log positions in which events of merged subjects belong to another subject now. The ranges of a
   * subject don't overlap. Its events after the last range are its own.
   */
  *mergedRanges(): Generator<IdentityRange & { readonly owner: string }> {
    for (const [subject, ranges] of this.ranges) {
      for (const [index, { upper, owner }] of ranges.entries())
        yield { subject, lower: ranges[index + 1]?.upper ?? 0, upper, owner };
    }
  }
}
