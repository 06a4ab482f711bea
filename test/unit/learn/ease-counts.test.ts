import fc from 'fast-check';
import { CountSnapshot } from '../../../src/learn/count-snapshot';
import {
  countsResidual,
  easeFromCounts,
  growEase,
  groupChangesByItem,
  applyEaseUpdate,
} from '../../../src/learn/ease-counts';
import { compressRows } from '../../../src/learn/compressed-rows';
import { rebuildEase, type Ease } from '../../../src/learn/ease';
import { seededRandom } from '../../../src/learn/seeded-random';
import { CountedShop } from './counted-shop';

const PLAIN = {};

function apart(a: Ease, b: Ease): number {
  let largest = 0;
  for (let i = 0; i < a.inverse.size; i++)
    for (let j = 0; j <= i; j++) largest = Math.max(largest, Math.abs(a.inverse.get(i, j) - b.inverse.get(i, j)));
  return largest;
}

const turns = (items: number) => fc.array(fc.tuple(fc.nat(30), fc.nat(items - 1)), { maxLength: 120 });

describe('EASE from counts', () => {
  it('equals EASE of the histories that were counted', () => {
    fc.assert(
      fc.property(turns(9), (moves) => {
        const shop = new CountedShop(9);
        for (const [customer, item] of moves) shop.turn(customer, item);
        const histories = compressRows(Array.from(shop.histories.values()), 9);
        expect(apart(easeFromCounts(shop.counts, 2, PLAIN), rebuildEase(histories, 2, PLAIN))).toBeLessThan(1e-12);
      }),
      { numRuns: 30 },
    );
  });

  it('follows the counts by steps, after any changes, also of items that come later', () => {
    fc.assert(
      fc.property(turns(6), turns(6), turns(10), (...parts) => {
        const shop = new CountedShop(6);
        const snapshot = new CountSnapshot();
        snapshot.collectChanges(shop.counts);
        const ease = easeFromCounts(shop.counts, 5, PLAIN);
        for (const moves of parts) {
          const most = Math.max(6, ...moves.map(([, item]) => item + 1));
          shop.counts.grow(most);
          growEase(ease, shop.counts.items);
          for (const [customer, item] of moves) shop.turn(customer, item);
          applyEaseUpdate(ease, groupChangesByItem(snapshot.collectChanges(shop.counts)));
          expect(snapshot.collectChanges(shop.counts)).toEqual([]);
        }
        expect(apart(ease, easeFromCounts(shop.counts, 5, PLAIN))).toBeLessThan(1e-9);
      }),
      { numRuns: 30 },
    );
  });

  it('groups the cells that customers change with one product under that item', () => {
    const shop = new CountedShop(20);
    for (let customer = 0; customer < 5; customer++) for (let n = 0; n < 8; n++) shop.turn(customer, customer + n);
    const snapshot = new CountSnapshot();
    snapshot.collectChanges(shop.counts);
    for (let customer = 0; customer < 5; customer++) shop.turn(customer, 19);
    expect(groupChangesByItem(snapshot.collectChanges(shop.counts)).map(({ item }) => item)).toEqual([19]);
  });

  it('is within 1e−8 of a rebuild after 10,000 changes, and its residual agrees', () => {
    const items = 120;
    const random = seededRandom(3);
    const shop = new CountedShop(items);
    const turn = () => shop.turn(Math.floor(400 * random()), Math.floor(items * random() ** 2));
    for (let n = 0; n < 3_000; n++) turn();
    const snapshot = new CountSnapshot();
    snapshot.collectChanges(shop.counts);
    const ease = easeFromCounts(shop.counts, 10, PLAIN);
    for (let n = 0; n < 10_000; n++) {
      turn();
      if (n % 20 === 0) applyEaseUpdate(ease, groupChangesByItem(snapshot.collectChanges(shop.counts)));
    }
    applyEaseUpdate(ease, groupChangesByItem(snapshot.collectChanges(shop.counts)));
    expect(apart(ease, easeFromCounts(shop.counts, 10, PLAIN))).toBeLessThan(1e-8);
    const probe = Float64Array.from({ length: items }, () => random() - 0.5);
    expect(countsResidual(ease, shop.counts, probe)).toBeLessThan(1e-8);
    shop.turn(1, 1);
    expect(countsResidual(ease, shop.counts, probe)).toBeGreaterThan(1e-4);
  });
});
