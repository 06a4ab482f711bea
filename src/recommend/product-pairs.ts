import { PairCounter } from '../learn/pair-counter';
import type { ResumableTask } from '../learn/resumable-task';
import { sampleHash } from './browsed-sample';
import type { LearnerLimits } from './learner-limits';
import { INTEREST_SHRINK, PURCHASE_SHRINK, type ShopState } from './shop-state';

/** Counts a shop's pairs of products in both views: by the subjects that are interested in both, and by the orders that hold both. */
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

  /** Products of subjects and of orders, each counted once for every one that has it. */
  get memberships(): number {
    return this.interest.memberships + this.purchase.memberships;
  }

  /** Leaves the pairs out until {@link rebuilding}: events cost much less, but deltas and checkpoints would be wrong. */
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
    const views = [this.interest.refreshing(), this.purchase.refreshing()];
    while (views.length > 0) {
      const view = views.shift() as ResumableTask<void>;
      if (view.next().done !== true) views.push(view);
      yield;
    }
  }

  /** Makes the lists of the next products due whose pairs have changed at all; it goes round all products. */
  sweepLists(products: number): void {
    this.interest.sweep(products);
    this.purchase.sweep(products);
  }

  /** Notes that any list may be behind its counts: {@link sweepLists} makes them due in turn. */
  noteAllLists(): void {
    this.interest.noteAll();
    this.purchase.noteAll();
  }

  /** Whether the products whose pairs are all counted should be chosen again: see {@link rebuilding}. */
  get isHeadOutdated(): boolean {
    return this.interest.isHeadOutdated || this.purchase.isHeadOutdated;
  }
}
