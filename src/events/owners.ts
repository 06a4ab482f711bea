import type { PoolClient } from '../platform/postgres';
import type { LoggedMerge } from './log-event';

/** Up to this position, what a subject did since the stretch before is the owner's in the end. */
interface Stretch {
  readonly upper: number;
  readonly owner: string;
}

/** Whose each event is in the end, when all merges have happened. */
export class Owners {
  /** By subject, from the newest stretch to the oldest. */
  private readonly stretches = new Map<string, Stretch[]>();

  /** @param merges in order of position */
  constructor(merges: readonly LoggedMerge[]) {
    for (const { position, from, into } of merges.toReversed()) {
      // What has become another's goes where that other's next merge takes it: the oldest of those seen so far.
      const owner = this.stretches.get(into)?.at(-1)?.owner ?? into;
      const known = this.stretches.get(from);
      if (known) known.push({ upper: position, owner });
      else this.stretches.set(from, [{ upper: position, owner }]);
    }
  }

  /** @param position of the event in the log */
  of(subject: string, position: number): string {
    return this.stretches.get(subject)?.findLast(({ upper }) => position <= upper)?.owner ?? subject;
  }
}

export async function readOwners(client: PoolClient): Promise<Owners> {
  const { rows } = await client.query<LoggedMerge>(
    `SELECT position, from_subject AS "from", into_subject AS into FROM merges WHERE set_aside IS NULL ORDER BY position`,
  );
  return new Owners(rows);
}
