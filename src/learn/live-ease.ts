import type { CountMatrix } from './cooccurrence';
import { CountSnapshot } from './count-snapshot';
import type { Ease } from './ease';
import { mostChangedCells, rebuildCost, RESIDUAL_BOUND, stepCost } from './ease-cost';
import { countsResidual, easeOfCounts, growEase, itemChanges, SingularStep, stepEase } from './ease-counts';
import { seededRandom } from './seeded-random';
import type { Kernels } from './wasm';

/** Steps between two looks at the residual. */
const PROBE_EVERY = 32;

/** What was done to be up to date. */
export type EaseWork = 'nothing' | 'step' | 'rebuild';

/** EASE that follows counts: by exact steps while they are the cheaper way, else by a rebuild. */
export class LiveEase {
  private snapshot = new CountSnapshot();
  private current: Ease | undefined;
  private sinceProbe = 0;
  private readonly random: () => number;

  /**
   * @param lambda > 0
   * @param seed of the probes
   * @throws RangeError for another λ
   */
  constructor(
    readonly lambda: number,
    private readonly kernels: Kernels,
    seed = 1,
  ) {
    if (!(lambda > 0 && lambda < Infinity)) throw new RangeError(`λ is ${lambda}: it has to be a number above 0`);
    this.random = seededRandom(seed);
  }

  /** As of the counts followed last. @throws Error before any were */
  get ease(): Ease {
    if (!this.current) throw new Error('no counts have been followed yet');
    return this.current;
  }

  /**
   * Brings P up to date with counts of the same items in the same order, and maybe more behind them. It need not be the
   * same object as before: what has moved is told by its values.
   */
  follow(counts: CountMatrix): EaseWork {
    if (!this.current || counts.items < this.current.inverse.size) return this.rebuild(counts);
    const known = this.current.inverse.size;
    const changes = this.snapshot.changes(counts, mostChangedCells(counts.items));
    if (changes === null) return this.rebuild(counts);
    growEase(this.current, counts.items);
    if (changes.length === 0) return counts.items > known ? 'step' : 'nothing';
    const items = itemChanges(changes);
    if (stepCost(counts.items, items) >= rebuildCost(counts.items)) return this.rebuild(counts);
    try {
      stepEase(this.current, items);
    } catch (error) {
      if (error instanceof SingularStep) return this.rebuild(counts);
      throw error;
    }
    return this.hasDrifted(counts) ? this.rebuild(counts) : 'step';
  }

  private rebuild(counts: CountMatrix): EaseWork {
    this.snapshot = new CountSnapshot();
    this.snapshot.changes(counts, 0);
    this.current = undefined; // its memory is the next one's
    this.current = easeOfCounts(counts, this.lambda, this.kernels);
    this.sinceProbe = 0;
    return 'rebuild';
  }

  /** Now and then, by another probe of ±1 each time. */
  private hasDrifted(counts: CountMatrix): boolean {
    if (++this.sinceProbe < PROBE_EVERY) return false;
    this.sinceProbe = 0;
    const probe = Float64Array.from({ length: counts.items }, () => (this.random() < 0.5 ? -1 : 1));
    return !(countsResidual(this.ease, counts, probe) < RESIDUAL_BOUND);
  }
}
