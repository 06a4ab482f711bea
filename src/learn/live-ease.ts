import type { CountMatrix } from './cooccurrence';
import { CountSnapshot } from './count-snapshot';
import type { Ease } from './ease';
import { maxChangedCells, rebuildCost, RESIDUAL_BOUND, updateCost } from './ease-cost';
import {
  countsResidual,
  easeFromCounts,
  growEase,
  groupChangesByItem,
  SingularUpdateError,
  applyEaseUpdate,
} from './ease-counts';
import { seededRandom } from './seeded-random';
import type { Kernels } from './wasm';

/** Number of updates between two checks of the residual (see {@link countsResidual}). */
const UPDATES_PER_PROBE = 32;

/**
 * The effect of an update. `step` is a low-rank update or an extension by new items; `rebuild` is a computation from
 * scratch.
 */
export type EaseUpdateKind = 'nothing' | 'step' | 'rebuild';

/** Updates EASE when counts change: by an exact low-rank update if that is cheaper, otherwise by a rebuild. */
export class LiveEase {
  private snapshot = new CountSnapshot();
  private current: Ease | undefined;
  private updatesSinceProbe = 0;
  private readonly random: () => number;

  /**
   * @param lambda > 0
   * @param seed seed of the random probes that check the residual
   * @throws RangeError if λ is not a finite number above 0
   */
  constructor(
    readonly lambda: number,
    private readonly kernels: Kernels,
    seed = 1,
  ) {
    if (!(lambda > 0 && lambda < Infinity)) throw new RangeError(`λ must be a finite number above 0; got ${lambda}`);
    this.random = seededRandom(seed);
  }

  /** EASE of the counts of the last {@link update}. @throws Error before the first update */
  get ease(): Ease {
    if (!this.current) throw new Error('there is no EASE yet because no counts have been applied: call update first');
    return this.current;
  }

  /**
   * Updates EASE to new counts, which must have the same items in the same order, possibly followed by new items.
   * `counts` may be a different object each time, because changes are found by comparing values.
   */
  update(counts: CountMatrix): EaseUpdateKind {
    if (!this.current || counts.items < this.current.inverse.size) return this.rebuild(counts);
    const previousSize = this.current.inverse.size;
    const changes = this.snapshot.collectChanges(counts, maxChangedCells(counts.items));
    if (changes === null) return this.rebuild(counts);
    growEase(this.current, counts.items);
    if (changes.length === 0) return counts.items > previousSize ? 'step' : 'nothing';
    const items = groupChangesByItem(changes);
    if (updateCost(counts.items, items) >= rebuildCost(counts.items)) return this.rebuild(counts);
    try {
      applyEaseUpdate(this.current, items);
    } catch (error) {
      if (error instanceof SingularUpdateError) return this.rebuild(counts);
      throw error;
    }
    return this.hasDrifted(counts) ? this.rebuild(counts) : 'step';
  }

  private rebuild(counts: CountMatrix): EaseUpdateKind {
    this.snapshot = new CountSnapshot();
    this.snapshot.collectChanges(counts, 0);
    this.current = undefined; // so that its memory can be freed before the new matrix is allocated
    this.current = easeFromCounts(counts, this.lambda, this.kernels);
    this.updatesSinceProbe = 0;
    return 'rebuild';
  }

  /** Checks the residual every {@link UPDATES_PER_PROBE} updates, with a new random probe of ±1 each time. */
  private hasDrifted(counts: CountMatrix): boolean {
    if (++this.updatesSinceProbe < UPDATES_PER_PROBE) return false;
    this.updatesSinceProbe = 0;
    const probe = Float64Array.from({ length: counts.items }, () => (this.random() < 0.5 ? -1 : 1));
    return !(countsResidual(this.ease, counts, probe) < RESIDUAL_BOUND);
  }
}
