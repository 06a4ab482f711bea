import { Cooccurrence } from '../../../src/learn/cooccurrence';

/** Histories, and their counts. */
export class CountedShop {
  counts = new Cooccurrence();
  readonly histories = new Map<number, Set<number>>();

  constructor(items: number) {
    this.counts.grow(items);
  }

  /** Adds an item to a customer's history, or removes it. */
  turn(customer: number, item: number): void {
    const history = this.histories.get(customer) ?? new Set<number>();
    this.histories.set(customer, history);
    const by = history.delete(item) ? -1 : 1;
    this.counts.bumpItem(item, by);
    this.counts.bumpPairs(item, Int32Array.from(history), history.size, by);
    if (by > 0) history.add(item);
  }
}
