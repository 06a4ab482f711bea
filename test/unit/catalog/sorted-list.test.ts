import fc from 'fast-check';
import { MIN_CHANGES_FOR_MERGE, SortedList } from '../../../src/catalog/sorted-list';

const numbers = fc.uniqueArray(fc.nat(200), { maxLength: 120, size: 'max' });

it('is in order after any inserts and removals, with few items or many', () => {
  const sizes = new Set<string>();
  fc.assert(
    fc.property(numbers, fc.array(fc.tuple(numbers, numbers), { maxLength: 4 }), (first, updates) => {
      const list = new SortedList<number>((a, b) => a - b);
      list.reset(first);
      const expected = new Set(first);
      for (const [removed, candidates] of updates) {
        for (const item of removed) expected.delete(item);
        const added = candidates.filter((item) => !expected.has(item));
        for (const item of added) expected.add(item);
        list.update(removed, added);
        expect(list.items).toEqual([...expected].sort((a, b) => a - b));
        sizes.add(removed.length + added.length < MIN_CHANGES_FOR_MERGE ? 'few' : 'many');
        const from = list.firstWhere((item) => item >= 100);
        expect(list.items.slice(from)).toEqual(list.items.filter((item) => item >= 100));
      }
    }),
  );
  expect(sizes).toEqual(new Set(['few', 'many']));
});
