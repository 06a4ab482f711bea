import { anyCsvLines, anyItems, normalForm, verdictsOf, differingLiterals } from './any-item';
import { Doors } from './doors';
import { until } from './until';

const READ = {
  products: `query($id: ID!) { read: product(id: $id) {
    id title description url imageUrls brand categories groupId language rating stock price { amount currency }
    attributes publishedAt updatedAt } }`,
  orders: `query($id: ID!) { read: order(id: $id) {
    id customerId placedAt updatedAt source placement requestId properties
    lines { id productId quantity unitPrice { amount currency } } } }`,
} as const;

/** Defines tests that send any items through all doors. */
export function testAnyItems(options: { readonly seed: number; readonly count: number }): void {
  const { seed, count } = options;
  let doors: Doors;

  beforeAll(async () => {
    doors = await Doors.open();
  });

  afterAll(() => doors.close());

  it.each(['events', 'products', 'orders'] as const)(
    `of %s gets the same verdict everywhere, reads back, and hides no good one (seed ${seed})`,
    async (kind) => {
      const items = anyItems(kind, seed, count);
      const { expected, others } = await verdictsOf(doors, kind, items);
      const refused = expected.filter((verdict) => verdict !== null);
      expect(refused.length).toBeGreaterThan(count / 5);
      expect(count - refused.length).toBeGreaterThan(count / 10);
      expect([...new Set(refused.map(({ code }) => code))]).toEqual(['BAD_USER_INPUT']);
      for (const [door, verdicts] of Object.entries(others)) expect({ [door]: verdicts }).toEqual({ [door]: expected });
      expect(await differingLiterals(doors, kind, items, expected)).toEqual([]);
      if (kind === 'events') return;
      // The first request stored its items in one change, so the API process can read all of them or none yet.
      const first = items.find((_, n) => expected[n] === null);
      await until(
        () => doors.api.client.send<{ read: object | null }>(READ[kind], { id: first?.id }),
        ({ data }) => data?.read != null,
      );
      for (const [n, item] of items.entries()) {
        const { data, errors } = await doors.api.client.send<{ read: Record<string, unknown> }>(READ[kind], {
          id: item.id,
        });
        if (expected[n] === null) {
          expect(errors).toBeUndefined();
          const sent = Object.fromEntries(
            Object.entries(item)
              // Its default is the time of the request.
              .filter(([name, value]) => name !== 'updatedAt' || value !== null)
              .map(([name, value]) => [name, normalForm(kind, name, value)]),
          );
          expect(data?.read).toMatchObject(sent);
        } else expect(data?.read ?? null).toBeNull();
      }
    },
  );

  it(`of CSV gets the verdict that it gets as JSON (seed ${seed})`, async () => {
    const { csv, items } = anyCsvLines(seed, count);
    const errors = await doors.variables('orders', items);
    const { rejected } = await doors.load('orders', csv, 'csv');
    expect(rejected.map(({ line, reason }) => [line - 2, reason]).sort(([a], [b]) => Number(a) - Number(b))).toEqual(
      errors.map(({ index, code }) => [index, code]),
    );
    expect(errors.length).toBeGreaterThan(count / 5);
    expect(errors.length).toBeLessThan(count);
  });
}
