import { PairCounter } from '../learn/pair-counter';
import type { ResumableTask } from '../learn/resumable-task';
import { sampleHash } from './browsed-sample';
import type { LearnerLimits } from './learner-limits';
import { INTEREST_SHRINK, PURCHASE_SHRINK, type ShopState } from './shop-state';

/** What keeps both views of a shop's pairs of products: which subjects are interested in both, and which orders hold both. */
export class ProductPairs {
  readonly interest: PairCounter;
  readonly purchase: PairCounter;

  constructor(shop: ShopState, limits: LearnerLimits) {
    const tieBreak = (product: number) => sampleHash('', shop.products.idAt(product));
    const both = { maxHeadItems: limits.headProducts, listLength: limits.nearestProducts, tieBreak };
    this.interest = new PairCounter(shop.interest, { ...both, shrink: INTEREST_SHRINK });
    this.purchase = new PairCounter(shop.purchase, { ...both, shrink: PURCHASE_SHRINK });
  }

  /** Whether some pairs are not counted, because there are so many. */
  get isPartial(): boolean {
    return this.interest.matrix.isPartial;
  }

  /** Whether the pairs are behind the events: see {@link pause}. */
  get isPaused(): boolean {
    return this.interest.isPaused;
  }

  /** Leaves the pairs out until {@link rebuilding}: events cost much less, and neither deltas nor checkpoints are true. */
  pause(): void {
    this.interest.pause();
    this.purchase.pause();
  }

  /** Counts all pairs again and computes all lists of nearest products, in steps, during which nothing may be applied. */
  *rebuilding(): ResumableTask<void> {
    yield* this.interest.rebuilding();
    yield* this.purchase.rebuilding();
  }

  /** Whether lists wait to be computed again. */
  get hasDueLists(): boolean {
    return this.interest.hasDue || this.purchase.hasDue;
  }

  /** Computes those lists, in steps. It may be left after any of them, and events may be applied between them. */
  *refreshingLists(): ResumableTask<void> {
    yield* this.interest.refreshing();
    yield* this.purchase.refreshing();
  }

  /** Makes the lists of the next products due whose pairs have changed at all; it goes round all products. */
  sweepLists(products: number): void {
    this.interest.sweep(products);
    this.purchase.sweep(products);
  }

  /** Whether the products whose pairs are all counted should be chosen again: see {@link rebuilding}. */
  get isHeadOutdated(): boolean {
    return this.interest.isHeadOutdated || this.purchase.isHeadOutdated;
  }
}
