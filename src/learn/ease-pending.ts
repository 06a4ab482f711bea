import type { SparseVector } from './compressed-rows';
import type { HistoryChange } from './ease-update';

/**
 * Histories that have moved since P last took them in, each once however often it moved: what a step is made from.
 */
export class PendingHistories {
  private readonly changes = new Map<number, HistoryChange>();

  /** @param before the history as it was before this move. A history that is back where P knows it is pending no more. */
  note(customer: number, before: SparseVector, after: SparseVector): void {
    const known = this.changes.get(customer)?.before ?? before;
    if (alike(known, after)) this.changes.delete(customer);
    else this.changes.set(customer, { before: known, after });
  }

  get size(): number {
    return this.changes.size;
  }

  /** What a step has to take in, and forgets it. */
  take(): HistoryChange[] {
    const taken = Array.from(this.changes.values());
    this.changes.clear();
    return taken;
  }
}

function alike(a: SparseVector, b: SparseVector): boolean {
  if (a.members.length !== b.members.length) return false;
  for (let at = 0; at < a.members.length; at++)
    if (a.members[at] !== b.members[at] || (a.weights?.[at] ?? 1) !== (b.weights?.[at] ?? 1)) return false;
  return true;
}
