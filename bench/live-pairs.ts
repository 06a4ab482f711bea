import type { CompressedRows } from '../src/learn/compressed-rows';
import { Cooccurrence } from '../src/learn/cooccurrence';
import { PairCounter } from '../src/learn/pair-counter';
import { runTask } from '../src/learn/resumable-task';
import { seededRandom } from '../src/learn/seeded-random';
import { sampleHash } from '../src/live-state/learner/browsed-sample';
import { LEARNER_LIMITS } from '../src/live-state/learner/learner-limits';
import { INTEREST_SHRINK } from '../src/live-state/shop-state';

/** After this many events the learner computes the lists that are due. */
const EVENTS_PER_TURN = 100;

/**
 * Measures the learner's live path of one view: a {@link PairCounter} with the learner's limits applies interactions in
 * random order.
 */
export class LivePairs {
  readonly matrix = new Cooccurrence(LEARNER_LIMITS.headProducts);
  private readonly counter = new PairCounter(this.matrix, {
    shrink: INTEREST_SHRINK,
    maxHeadItems: LEARNER_LIMITS.headProducts,
    listLength: LEARNER_LIMITS.nearestProducts,
    tieBreak: (product) => sampleHash('', `p${product}`),
  });
  private readonly customers: Int32Array;
  private readonly products: Int32Array;
  private next = 0;

  constructor(interactions: CompressedRows, seed = 5) {
    this.matrix.grow(interactions.columns);
    const customers = new Int32Array(interactions.members.length);
    for (let customer = 0; customer < interactions.rows; customer++)
      customers.fill(customer, interactions.starts[customer], interactions.starts[customer + 1]);
    const products = interactions.members.slice();
    const random = seededRandom(seed);
    for (let at = products.length - 1; at > 0; at--) {
      const other = Math.floor(random() * (at + 1));
      [customers[at], customers[other]] = [customers[other], customers[at]];
      [products[at], products[other]] = [products[other], products[at]];
    }
    this.customers = customers;
    this.products = products;
  }

  /** Events that have not been applied yet. */
  get left(): number {
    return this.products.length - this.next;
  }

  /** Applies the next events as one batch, as the learner does when it is far behind the log. */
  load(events: number): void {
    this.counter.pause();
    for (const end = this.next + events; this.next < end; this.next++)
      this.counter.restore(this.customers[this.next], this.products[this.next]);
    runTask(this.counter.rebuildInSteps());
  }

  /** Applies the next events one by one, and computes the lists that become due. */
  apply(events: number): void {
    for (const end = this.next + events; this.next < end; this.next++) {
      this.counter.add(this.customers[this.next], this.products[this.next]);
      if ((this.next + 1) % EVENTS_PER_TURN === 0) runTask(this.counter.refreshInSteps());
    }
    runTask(this.counter.refreshInSteps());
  }

  /** @throws Error if the count of a pair differs from that of the sets */
  check(): void {
    const [wrong] = runTask(this.counter.findMismatchesInSteps());
    if (wrong !== undefined)
      throw new Error(`counted ${wrong.storedCount}, not ${wrong.exactCount}: ${wrong.item}, ${wrong.other}`);
  }
}
