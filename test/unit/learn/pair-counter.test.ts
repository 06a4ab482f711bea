import fc from 'fast-check';
import { ByteReader } from '../../../src/learn/byte-reader';
import { ByteWriter } from '../../../src/learn/byte-writer';
import { Cooccurrence } from '../../../src/learn/cooccurrence';
import { PairCounter } from '../../../src/learn/pair-counter';
import { runTask } from '../../../src/learn/resumable-task';

const ITEMS = 14;
const HEAD = 4;
const LIST = 3;
const SHRINK = 2;

const options = { shrink: SHRINK, maxHeadItems: HEAD, listLength: LIST, tieBreak: (item: number) => (item * 7) % 5 };

class Shop {
  readonly matrix = new Cooccurrence(HEAD);
  readonly counter = new PairCounter(this.matrix, options);
  readonly sets = new Map<number, Set<number>>();

  turn(set: number, item: number): void {
    this.matrix.grow(Math.max(this.matrix.items, item + 1));
    const items = this.sets.get(set) ?? new Set();
    this.sets.set(set, items);
    if (items.delete(item)) this.counter.remove(set, item);
    else {
      items.add(item);
      this.counter.add(set, item);
    }
  }

  bruteForce(i: number, j?: number): number {
    return [...this.sets.values()].filter((set) => set.has(i) && (j === undefined || set.has(j))).length;
  }

  /**
   * Checks that counted pairs are exact.
   * @returns how many pairs outside of the head are counted
   */
  expectExact(matrix = this.matrix): number {
    const items = Array.from({ length: matrix.items }, (_, item) => item);
    const isOutside = (i: number, j: number) => !(matrix.isHead(i) && matrix.isHead(j));
    const [keys, counts] = [new Int32Array(ITEMS), new Int32Array(ITEMS)];
    const expected = items.map((i) => ({
      n: this.bruteForce(i),
      row: items.map((j) => (i !== j && matrix.isCounted(i, j) && matrix.isCounted(j, i) ? this.bruteForce(i, j) : 0)),
    }));
    const read = items.map((i) => {
      const row = items.map(() => 0);
      const size = matrix.readRow(i, keys, counts);
      for (let at = 0; at < size; at++) row[keys[at]] = counts[at];
      return { n: matrix.n(i), row };
    });
    const byCell = items.map((i) => {
      matrix.readCells(i, Int32Array.from(items), items.length, counts);
      return { n: matrix.n(i), row: items.map((j) => (i === j ? 0 : counts[j])) };
    });
    expect(read).toEqual(expected);
    expect(byCell).toEqual(expected);
    return items.flatMap((i) => items.filter((j) => j !== i && isOutside(i, j) && matrix.isCounted(i, j))).length;
  }

  /** Computes the nearest of an item from scratch, without those of the head if it is in the head itself. */
  expectedList(i: number): number[] {
    const { matrix } = this;
    const similarity = (j: number) =>
      this.bruteForce(i, j) / (Math.sqrt(this.bruteForce(i)) * Math.sqrt(this.bruteForce(j)) + SHRINK);
    const others = Array.from({ length: matrix.items }, (_, j) => j).filter(
      (j) => j !== i && this.bruteForce(i, j) > 0,
    );
    others.sort((a, b) => similarity(b) - similarity(a) || options.tieBreak(a) - options.tieBreak(b) || a - b);
    return others.filter((j) => !(matrix.isHead(i) && matrix.isHead(j))).slice(0, LIST);
  }

  /** Computes the pairs outside of the head that lists name, from scratch. */
  expectedPairs(): string[] {
    const items = Array.from({ length: this.matrix.items }, (_, item) => item);
    const pairs = items.flatMap((i) => this.expectedList(i).map((j) => `${Math.min(i, j)} ${Math.max(i, j)}`));
    return [...new Set(pairs)].sort();
  }

  listedPairs(): string[] {
    const { matrix } = this;
    const items = Array.from({ length: matrix.items }, (_, item) => item);
    const isListed = (i: number, j: number) => !(matrix.isHead(i) && matrix.isHead(j)) && matrix.isCounted(i, j);
    return items.flatMap((j) => items.filter((i) => i < j && isListed(i, j)).map((i) => `${i} ${j}`)).sort();
  }
}

function encoded(matrix: Cooccurrence): Uint8Array {
  const writer = new ByteWriter();
  matrix.encode(writer);
  return writer.finish();
}

const turns = fc.array(fc.tuple(fc.nat(12), fc.nat(ITEMS - 1)), { maxLength: 80, size: 'max' });

describe('pair counts of the sets that customers have', () => {
  it('equal a recount for every pair that is counted, at any moment', () => {
    let outside = 0;
    fc.assert(
      fc.property(fc.array(fc.tuple(turns, fc.boolean(), fc.nat(3)), { maxLength: 5 }), (parts) => {
        const shop = new Shop();
        for (const [some, refreshes, sweep] of parts) {
          for (const [set, item] of some) shop.turn(set, item);
          shop.expectExact();
          shop.counter.sweep(sweep);
          if (refreshes) runTask(shop.counter.refreshInSteps());
          outside += shop.expectExact();
        }
      }),
    );
    expect(outside).toBeGreaterThan(1_000);
  });

  it('are those of the nearest of each item once every list was computed again', () => {
    let crowded = 0;
    fc.assert(
      fc.property(turns, turns, (before, after) => {
        const shop = new Shop();
        for (const [set, item] of before) shop.turn(set, item);
        runTask(shop.counter.rebuildInSteps());
        for (const [set, item] of after) shop.turn(set, item);
        shop.counter.markAllChanged();
        shop.counter.sweep(ITEMS);
        runTask(shop.counter.refreshInSteps());
        shop.expectExact();
        expect(shop.listedPairs()).toEqual(shop.expectedPairs());
        if (shop.listedPairs().length > ITEMS) crowded++;
      }),
    );
    expect(crowded).toBeGreaterThan(10);
  });

  it('are listed again once a tenth of the pairs of an item have changed', () => {
    const shop = new Shop();
    for (let item = 0; item < ITEMS; item++) shop.turn(0, item);
    runTask(shop.counter.rebuildInSteps());
    shop.turn(1, ITEMS - 1);
    shop.turn(1, ITEMS - 2);
    expect(shop.counter.hasDue).toBe(true);
    runTask(shop.counter.refreshInSteps());
    expect(shop.counter.hasDue).toBe(false);
    expect(shop.expectedList(ITEMS - 1)[0]).toBe(ITEMS - 2);
    expect(shop.matrix.count(ITEMS - 1, ITEMS - 2)).toBe(2);
  });

  it('are the same bytes after a rebuild, for any history of changes, paused or not', () => {
    fc.assert(
      fc.property(turns, fc.nat(), fc.boolean(), (some, seed, pauses) => {
        const [one, other] = [new Shop(), new Shop()];
        for (const shop of [one, other]) shop.matrix.grow(ITEMS);
        for (const [set, item] of some) one.turn(set, item);
        runTask(one.counter.rebuildInSteps());
        // Reaches the same sets in another way: in another order, with detours.
        if (pauses) other.counter.pause();
        const cells = [...one.sets].flatMap(([set, items]) => [...items].map((item) => [set, item] as const));
        cells.forEach(([set, item], n) => {
          const [otherSet, otherItem] = cells[(n * 31 + seed) % cells.length];
          if (!other.sets.get(otherSet)?.has(otherItem)) other.turn(otherSet, otherItem);
          if (n % 3 === 0) runTask(pauses ? nothing() : other.counter.refreshInSteps());
          if (!other.sets.get(set)?.has(item)) other.turn(set, item);
          if (n % 4 === 0) for (let twice = 0; twice < 2; twice++) other.turn(set, item);
        });
        runTask(other.counter.rebuildInSteps());
        other.expectExact();
        expect(encoded(other.matrix)).toEqual(encoded(one.matrix));
        expect(other.counter.isHeadOutdated).toBe(false);
      }),
    );
  });

  it('survive encoding, continue from it, and reach a follower by deltas', () => {
    fc.assert(
      fc.property(turns, turns, fc.boolean(), (before, after, rebuilds) => {
        const shop = new Shop();
        for (const [set, item] of before) shop.turn(set, item);
        runTask(shop.counter.refreshInSteps());
        const bytes = encoded(shop.matrix);
        const follower = Cooccurrence.decode(new ByteReader(bytes));
        expect(encoded(follower)).toEqual(bytes);
        shop.expectExact(follower);
        shop.matrix.clearChanges();
        for (const [set, item] of after) shop.turn(set, item);
        runTask(shop.counter.refreshInSteps());
        if (rebuilds) {
          runTask(shop.counter.rebuildInSteps());
          expect(shop.matrix.hasOverflowed).toBe(true);
          return;
        }
        const writer = new ByteWriter();
        runTask(shop.matrix.writeChangesInSteps(writer));
        for (let twice = 0; twice < 2; twice++) {
          follower.grow(shop.matrix.items);
          follower.readChanges(new ByteReader(writer.finish()));
          shop.expectExact(follower);
          const counted = (matrix: Cooccurrence) =>
            Array.from({ length: matrix.items ** 2 }, (_, cell) =>
              matrix.isCounted(Math.floor(cell / matrix.items), cell % matrix.items),
            );
          expect(counted(follower)).toEqual(counted(shop.matrix));
        }
      }),
    );
  });

  it('choose the head again once other items are more frequent', () => {
    const shop = new Shop();
    for (let item = 0; item < ITEMS; item++) shop.turn(0, item);
    expect(shop.counter.isHeadOutdated).toBe(false);
    for (let set = 1; set < 5; set++) shop.turn(set, ITEMS - 1);
    expect(shop.matrix.isHead(ITEMS - 1)).toBe(false);
    expect(shop.counter.isHeadOutdated).toBe(true);
    runTask(shop.counter.rebuildInSteps());
    expect(shop.matrix.isHead(ITEMS - 1)).toBe(true);
    expect(shop.counter.isHeadOutdated).toBe(false);
    shop.expectExact();
  });
});

function* nothing(): Generator<undefined, void, undefined> {}
