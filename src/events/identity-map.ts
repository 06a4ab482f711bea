import type { PoolClient } from '../platform/postgres';
import type { LoggedMerge } from './log-event';

/**
 * A range of positions up to and including `upper`. The events of one subject in this range belong to `owner` after all
 * merges.
 */
interface OwnedRange {
  readonly upper: number;
  readonly owner: string;
}

/** Maps each event to the subject that it belongs to after all merges. */
export class IdentityMap {
  /** Ranges by subject, newest first. */
  private readonly ranges = new Map<string, OwnedRange[]>();

  /** @param merges in order of position */
  constructor(merges: readonly LoggedMerge[]) {
    for (const { position, from, into } of merges.toReversed()) {
      // Merges are visited from the newest to the oldest. If `into` was later merged as well, the events belong to the
      // owner of its next merge, which is the last one in its list.
      const owner = this.ranges.get(into)?.at(-1)?.owner ?? into;
      const known = this.ranges.get(from);
      if (known) known.push({ upper: position, owner });
      else this.ranges.set(from, [{ upper: position, owner }]);
    }
  }

  /**
   * Returns the subject that an event belongs to.
   * @param position position of the event in the log
   */
  ownerOf(subject: string, position: number): string {
    return this.ranges.get(subject)?.findLast(({ upper }) => position <= upper)?.owner ?? subject;
  }

  /** Yields each merged subject with every owner that it has had events moved to. */
  *mergedSubjects(): Generator<{ readonly subject: string; readonly owner: string }> {
    for (const [subject, ranges] of this.ranges) for (const { owner } of ranges) yield { subject, owner };
  }
}

export async function readIdentityMap(client: PoolClient): Promise<IdentityMap> {
  const { rows } = await client.query<LoggedMerge>(
    `SELECT position, from_subject AS "from", into_subject AS into FROM merges WHERE set_aside IS NULL ORDER BY position`,
  );
  return new IdentityMap(rows);
}
