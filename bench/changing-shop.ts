import { compressRows, rowAt, type CompressedRows } from '../src/learn/compressed-rows';
import { Cooccurrence } from '../src/learn/cooccurrence';
import { seededRandom } from '../src/learn/seeded-random';

/** Simulates customers who add or remove one product at a time, and maintains the resulting counts. */
export function changingShop(start: CompressedRows) {
  const random = seededRandom(3);
  const sets: Set<number>[] = Array.from({ length: start.rows }, () => new Set());
  const counts = new Cooccurrence();
  counts.grow(start.columns);
  const turn = (customer: number, item: number) => {
    const set = sets[customer];
    const by = set.delete(item) ? -1 : 1;
    counts.bumpItem(item, by);
    counts.bumpPairs(item, Int32Array.from(set), set.size, by);
    if (by > 0) set.add(item);
  };
  for (let customer = 0; customer < start.rows; customer++)
    for (const item of Array.from(rowAt(start, customer).members)) turn(customer, item);
  let changes = 0;
  return {
    counts,
    get changes() {
      return changes;
    },
    change(count: number): void {
      changes += count;
      const customers = new Set<number>();
      while (customers.size < count) customers.add(Math.floor(random() * sets.length));
      for (const customer of customers) turn(customer, Math.floor(random() * start.columns));
    },
    histories: (): CompressedRows => compressRows(sets, start.columns),
  };
}
