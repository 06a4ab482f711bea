import fc from 'fast-check';
import { compressRows, type CompressedRows } from '../../../src/learn/compressed-rows';
import { itemCosine } from '../../../src/learn/item-cosine';
import { neighboursByKernel } from '../../../src/learn/item-cosine-kernel';
import { seededRandom } from '../../../src/learn/seeded-random';
import { kernelThreads } from '../../../src/platform/kernel-threads';
import { loadKernels } from '../../../src/platform/kernels';

describe.each([
  ['kernel', loadKernels()],
  ['twin', {}],
])('item cosine (%s)', (_, kernels) => {
  it('stores the nearest of each item, as counted by hand', () => {
    const sets = fc.array(fc.uniqueArray(fc.nat(24), { maxLength: 12 }), { maxLength: 40 });
    fc.assert(
      fc.property(sets, fc.integer({ min: 1, max: 9 }), fc.constantFrom(0, 10), (given, count, shrink) => {
        const found = itemCosine(compressRows(given, 25), count, shrink, kernels);
        const n = (...items: number[]) => given.filter((set) => items.every((item) => set.includes(item))).length;
        for (let i = 0; i < 25; i++) {
          const expected = Array.from({ length: 25 }, (__, j) => ({
            j,
            s: n(i, j) / (Math.sqrt(n(i)) * Math.sqrt(n(j)) + shrink),
          }))
            .filter(({ j, s }) => j !== i && s > 0)
            .sort((a, b) => b.s - a.s || a.j - b.j)
            .slice(0, count);
          const places = Array.from({ length: count }, (__, at) => i * count + at);
          expect(places.map((at) => found.items[at])).toEqual(places.map((at) => expected[at - i * count]?.j ?? -1));
          expect(places.map((at) => found.similarities[at])).toEqual(
            places.map((at) => expect.closeTo(expected[at - i * count]?.s ?? 0, 14)),
          );
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('the kernel of item cosine', () => {
  const { itemCosine: kernel } = loadKernels();

  /** Sets of about `size` items, of which the first are the most popular. */
  function skewed(count: number, items: number, size: number, seed: number): CompressedRows {
    const random = seededRandom(seed);
    const draw = () => Math.floor(items * random() ** 3);
    return compressRows(
      Array.from({ length: count }, () => Array.from({ length: Math.floor(2 * size * random()) }, draw)),
      items,
    );
  }

  it.each([
    ['all counted one by one', skewed(900, 1_000, 3, 1)],
    ['masks of one lane, and lists', skewed(1_003, 400, 12, 2)],
    ['masks of several lanes, and lists', skewed(2_000, 1_301, 60, 3)],
    ['all in masks', skewed(500, 200, 40, 4)],
    [
      'an item that more sets hold than 16 bits count',
      compressRows(
        Array.from({ length: 80_001 }, (_, set) => (set % 7 === 0 ? [1, set % 300] : [0, 1, (set % 3) + 2])),
        300,
      ),
    ],
  ])('gives the same as its TypeScript twin, on any number of threads: %s', (_, sets) => {
    if (kernel === undefined) throw new Error('this machine runs no kernels');
    for (const shrink of [0, 10]) {
      const expected = itemCosine(sets, 20, shrink, {});
      for (const threads of [undefined, kernelThreads(1), kernelThreads(3)])
        expect(neighboursByKernel(sets, 20, shrink, kernel, threads)).toEqual(expected);
    }
  });
});
