import { Cooccurrence } from '../../../src/learn/cooccurrence';

/** Histories, and what is counted of them. */
export class CountedShop {
  counts = new Cooccurrence();
  readonly histories = new Map<number, Set<number>>();

  constructor(items: number) {
    this.counts.grow(items);
  }

  /** An item joins a customer's history, or leaves it. */
  turn(customer: number, item: number): void {
    const history = this.histories.get(customer) ?? new Set<number>();
    this.histories.set(customer, history);
    const by = history.delete(item) ? -1 : 1;
    this.counts.bumpItem(item, by);
    this.counts.bumpPairs(item, Int32Array.from(history), history.size, by);
    if (by > 0) history.add(item);
  }
}
