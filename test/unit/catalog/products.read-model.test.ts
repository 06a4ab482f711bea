import { runToCompletion } from '../../../src/search-engine/scheduling/cooperative-task';
import fc from 'fast-check';
import type { ProductRecord } from '../../../src/catalog/product-record';
import { ProductsReadModel } from '../../../src/catalog/products.read-model';

const NOW = Date.parse('2026-06-01T12:00:00Z');

/** Few ids and few times, so that they collide. */
const arbitraryRecord = fc
  .record({
    id: fc.constantFrom('a', 'b', 'B', 'ä', 'c1', 'c10', 'c2', '😀', 'z'),
    published: fc.option(fc.integer({ min: -3, max: 3 }), { freq: 3 }),
    updated: fc.integer({ min: -3, max: 0 }),
    group: fc.option(fc.constantFrom('g', 'h')),
  })
  .map(({ id, published, updated, group }) => productRecord(id, published, updated, group));

function productRecord(id: string, published: number | null, updated = -1, groupId: string | null = null) {
  const time = (hours: number) => new Date(NOW + hours * 3_600_000).toISOString();
  return {
    id,
    title: id,
    description: null,
    url: null,
    imageUrls: [],
    price: null,
    listPrice: null,
    currency: null,
    brand: null,
    categories: [`category ${id[0]}`],
    groupId,
    language: null,
    availability: 'IN_STOCK',
    stock: null,
    rating: null,
    attributes: {},
    publishedAt: published === null ? null : time(published),
    updatedAt: time(updated),
    offerUpdatedAt: time(updated),
  } satisfies ProductRecord;
}

const change = fc.record({
  products: fc.array(arbitraryRecord, { maxLength: 4 }),
  deletedProducts: fc.array(fc.constantFrom('a', 'b', 'c1', 'z', 'nobody'), { maxLength: 2 }),
});

describe('the catalogue in memory', () => {
  it('after any changes has the order of a complete sort', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
        const model = new ProductsReadModel();
        const oracle = new Map<string, ProductRecord>();
        const page = (after: string | undefined, count: number) =>
          runToCompletion(model.pageInSteps(after, count, () => true));
        for (const { products, deletedProducts } of changes) {
          model.apply({ products, deletedProducts });
          for (const record of products) oracle.set(record.id, record);
          for (const id of deletedProducts) oracle.delete(id);
          const since = ({ publishedAt, updatedAt }: ProductRecord) => Date.parse(publishedAt ?? updatedAt);
          const newest = [...oracle.values()]
            .filter(({ publishedAt }) => publishedAt === null || Date.parse(publishedAt) <= NOW)
            .sort((a, b) => since(b) - since(a) || (a.id < b.id ? -1 : 1))
            .map(({ id }) => id);
          expect([...model.newest(NOW)]).toEqual(newest);
          const ids = [...oracle.keys()].sort();
          expect(page(undefined, 100).map(({ id }) => id)).toEqual(ids);
          for (const after of ['', 'b', 'c1', 'y'])
            expect(page(after, 2).map(({ id }) => id)).toEqual(ids.filter((id) => id > after).slice(0, 2));
          expect(model.size).toBe(oracle.size);
        }
      }),
    );
  });

  it('has in the same category what shares the deepest path with the product, and no more', () => {
    const steps = fc.constantFrom('A', 'B', 'C');
    const path = fc.array(steps, { minLength: 1, maxLength: 3 }).map((each) => each.join(' > '));
    const some = fc.record({
      categories: fc.array(path, { maxLength: 3 }),
      availability: fc.constantFrom('IN_STOCK', 'IN_STOCK', 'DISCONTINUED'),
      groupId: fc.option(fc.constantFrom('g', 'h')),
    });
    const isBelow = (category: string, above: string) => category === above || category.startsWith(`${above} > `);
    fc.assert(
      fc.property(fc.array(some, { minLength: 1, maxLength: 9 }), (products) => {
        const records = products.map((each, n) => ({ ...productRecord(`p${n}`, null), ...each }));
        const model = new ProductsReadModel();
        model.apply({ products: records });
        for (const record of records) {
          const others = records.filter(({ id }) => id !== record.id);
          const within = (above: string) =>
            others.filter(({ categories }) => categories.some((category) => isBelow(category, above)));
          const least = record.categories.some((category) => category.includes(' > ')) ? 2 : 1;
          const expected = record.categories
            .filter((category) => !record.categories.some((other) => other !== category && isBelow(other, category)))
            .flatMap((category) => {
              const names = category.split(' > ');
              for (let depth = names.length; depth >= least; depth--) {
                const found = within(names.slice(0, depth).join(' > '));
                const isListed = ({ groupId, availability }: (typeof records)[number]) =>
                  availability === 'IN_STOCK' && (groupId === null || groupId !== record.groupId);
                if (found.some(isListed)) return found;
              }
              return [];
            });
          expect(new Set(model.sameCategory(record.id))).toEqual(new Set(expected.map(({ id }) => id)));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('offers no product before its publication, and reports when it is published', () => {
    jest.useFakeTimers({ now: NOW });
    const model = new ProductsReadModel();
    let told = 0;
    model.watch(() => told++);
    model.apply({ products: [productRecord('now', 0), productRecord('soon', 1), productRecord('later', 2)] });
    expect([...model.newest(NOW)]).toEqual(['now']);
    const eligible = () => ['now', 'soon', 'later', 'nothing'].filter((id) => model.isEligible(id));
    expect([eligible(), told]).toEqual([['now'], 1]);
    jest.advanceTimersByTime(3_600_000 - 1);
    expect([eligible(), told]).toEqual([['now'], 1]);
    jest.advanceTimersByTime(1);
    expect([eligible(), told]).toEqual([['now', 'soon'], 2]);
    expect([model.getPublished('soon')?.id, model.getPublished('later'), model.get('later')?.id]).toEqual([
      'soon',
      undefined,
      'later',
    ]);
    model.apply({ products: [productRecord('soon', 3)] });
    expect([eligible(), told]).toEqual([['now'], 3]);
    jest.advanceTimersByTime(2 * 3_600_000);
    expect([eligible().length, told]).toEqual([3, 5]);
    model.close();
    jest.useRealTimers();
  });

  it('is not sorted again for one change: a thousand changes of a large one are quick', () => {
    const model = new ProductsReadModel();
    const products = Array.from({ length: 20_000 }, (_, n) => productRecord(`p${n}`, -(n % 977) / 100));
    for (let at = 0; at < products.length; at += 1_000) model.apply({ products: products.slice(at, at + 1_000) });
    const { user, system } = process.cpuUsage();
    for (let n = 0; n < 1_000; n++) {
      model.apply({ products: [productRecord(`p${(n * 7_919) % 20_000}`, -n / 1_000)] });
      expect(model.newest(NOW).next().done).toBe(false);
    }
    const after = process.cpuUsage({ user, system });
    // Sorting takes about 5 ms each time.
    expect((after.user + after.system) / 1_000).toBeLessThan(1_500);
  });
});
