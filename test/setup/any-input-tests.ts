import { ROOT_FIELDS, sendOddInputs } from './any-input';
import { startApi } from './processes';
import { testNamespace, type TestNamespace } from './shop';

/** Defines tests that send odd values of the right JSON type to all queries and mutations. */
export function testAnyInputs(options: { readonly seed: number; readonly runs: number }): void {
  let shop: TestNamespace;
  let api: Awaited<ReturnType<typeof startApi>>;

  beforeAll(async () => {
    shop = await testNamespace();
    api = await startApi(shop);
  });

  afterAll(async () => {
    await api.stop();
    await shop.drop();
  });

  it.each(ROOT_FIELDS.map((root) => [root.field.name, root] as const))(
    `is answered or refused by %s, never with INTERNAL (seed ${options.seed})`,
    async (_name, root) => {
      const { internal, codes } = await sendOddInputs(api.client, root, options);
      expect(internal).toEqual([]);
      // Not all inputs are refused by their cost.
      expect(Object.keys(codes)).not.toEqual(['TOO_COMPLEX']);
    },
  );
}
