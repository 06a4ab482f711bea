import fc from 'fast-check';
import { compressRows } from '../../../src/learn/compressed-rows';
import { itemCosine } from '../../../src/learn/item-cosine';
import { kernelThreads } from '../../../src/platform/kernel-threads';
import { loadKernels } from '../../../src/platform/kernels';

describe.each([
  ['kernel', loadKernels()],
  ['kernel, two threads', { ...loadKernels(), threads: kernelThreads(1) }],
  ['twin', {}],
])('item cosine (%s)', (_, kernels) => {
  it('keeps the nearest of each item, as counted by hand', () => {
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
      { numRuns: 'threads' in kernels ? 10 : 60 },
    );
  });
});
