import { MS_PER_DAY } from '../../learn/durations';
import { startedAt, type TrackedParcel } from '../parcel';

const FOLDS = 5;

/**
 * Statistics of all parcels, and of all but each fold (cross-fitting). The features of an example come from the
 * statistics without its own fold. Otherwise they would contain its result, and the trees would read it from them.
 *
 * Parcels of one day are in the same fold, because parcels of one order often arrive together.
 */
export class CrossFolds<T> {
  readonly all: T;
  private readonly without: readonly T[];

  /** @param create returns statistics of no parcels */
  constructor(create: () => T) {
    this.all = create();
    this.without = Array.from({ length: FOLDS }, create);
  }

  /** Adds a parcel to the statistics of all parcels and of the other folds. */
  add(parcel: TrackedParcel, addTo: (statistics: T) => void): void {
    const fold = foldOf(parcel);
    addTo(this.all);
    this.without.forEach((statistics, other) => other !== fold && addTo(statistics));
  }

  /** Returns the statistics of the parcels in other folds than this one. */
  withoutFoldOf(parcel: TrackedParcel): T {
    return this.without[foldOf(parcel)];
  }
}

function foldOf(parcel: TrackedParcel): number {
  return Math.floor(startedAt(parcel) / MS_PER_DAY) % FOLDS;
}
