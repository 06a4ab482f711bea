import { PairCounter } from '../../learn/pair-counter';
import type { ResumableTask } from '../../learn/resumable-task';
import { sampleHash } from './browsed-sample';
import type { LearnerLimits } from './learner-limits';
import { INTEREST_SHRINK, PURCHASE_SHRINK, type ShopState } from '../shop-state';

/**
 * Counts pairs of products in two views: by subjects (customers and visits) that are interested in both, and by orders
 * that contain both.
 */
export class ProductPairs {
  readonly interest: PairCounter;
  readonly purchase: PairCounter;

  constructor(shop: ShopState, limits: LearnerLimits) {
    const tieBreak = (product: number) => sampleHash('', shop.products.idAt(product));
    const both = { maxHeadItems: limits.headProducts, listLength: limits.nearestProducts, tieBreak };
    this.interest = new PairCounter(shop.interest, { ...both, shrink: INTEREST_SHRINK });
    this.purchase = new PairCounter(shop.purchase, { ...both, shrink: PURCHASE_SHRINK });
  }

  /** Whether the catalogue is so large that only some pairs are counted. */
  get isPartial(): boolean {
    return this.interest.matrix.isPartial;
  }

  get isPaused(): boolean {
    return this.interest.isPaused;
  }

  /** Total number of memberships. A membership is a product in a subject's interests or in an order. */
  get memberships(): number {
    return this.interest.memberships + this.purchase.memberships;
  }

  /**
   * Pauses pair counting until {@link rebuildInSteps}. Meanwhile applying events costs much less, but the pair counts
   * are wrong, so no delta or checkpoint may be published.
   */
  pause(): void {
    this.interest.pause();
    this.purchase.pause();
  }

  /**
   * Recounts all pairs and recomputes all lists of nearest products, in steps. No event may be applied between steps.
   */
  *rebuildInSteps(): ResumableTask<void> {
    yield* this.interest.rebuildInSteps();
    yield* this.purchase.rebuildInSteps();
  }

  get hasDueLists(): boolean {
    return this.interest.hasDue || this.purchase.hasDue;
  }

  /**
   * Recomputes the lists of nearest products that are due (outdated), in steps. The caller may stop after any step and
   * may apply events between steps.
   */
  *refreshListsInSteps(): ResumableTask<void> {
    const tasks = [this.interest.refreshInSteps(), this.purchase.refreshInSteps()];
    while (tasks.length > 0) {
      const task = tasks.shift() as ResumableTask<void>;
      if (task.next().done !== true) tasks.push(task);
      yield;
    }
  }

  /**
   * Checks the next `products` products, in round-robin order. Marks the list of a product as due if its pairs have
   * changed.
   */
  sweepLists(products: number): void {
    this.interest.sweep(products);
    this.purchase.sweep(products);
  }

  /** Records that every list may be outdated. {@link sweepLists} then marks the lists as due in turn. */
  markAllListsChanged(): void {
    this.interest.markAllChanged();
    this.purchase.markAllChanged();
  }

  /** Whether {@link rebuildInSteps} should select a new head (the products whose pairs are all counted). */
  get isHeadOutdated(): boolean {
    return this.interest.isHeadOutdated || this.purchase.isHeadOutdated;
  }
}
