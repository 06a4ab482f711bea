import type { GraphqlClient } from '../../setup/graphql-client';
import {
  CREATE_KEY,
  ids,
  LIST,
  LIVE,
  RECORD,
  START_SESSION,
  UPSERT,
  type ListAnswer,
  type LiveAnswer,
  type RecordAnswer,
  type UpsertAnswer,
} from '../../setup/operations';
import { runningShop } from '../../setup/running-shop';
import { until } from '../../setup/until';

const PRODUCT = 'query($id: ID!) { product(id: $id) { id variants { id } } }';
const PRODUCTS = 'query($filter: String) { products(first: 100, filter: $filter) { nodes { id } } }';
type Named = { readonly id: string };

describe('a product with a future publication date', () => {
  const shop = runningShop();
  let visitor: GraphqlClient;

  const upsert = async (products: object[]) => {
    const { upsertProducts } = await shop.client.data<UpsertAnswer>(UPSERT, { products });
    expect(upsertProducts.errors).toEqual([]);
    await shop.client.data(LIST, { input: { intent: 'POPULAR', awaitReceipt: upsertProducts.receipt } });
  };
  const product = async (client: GraphqlClient, id: string) =>
    (await client.data<{ product: (Named & { variants: Named[] }) | null }>(PRODUCT, { id })).product;
  const products = async (client: GraphqlClient, filter?: string) =>
    (await client.data<{ products: { nodes: Named[] } }>(PRODUCTS, { filter })).products.nodes.map(({ id }) => id);
  const listed = async (client: GraphqlClient, input: object) => ids(await client.data<ListAnswer>(LIST, { input }));

  beforeAll(async () => {
    const key = { name: 'shop window', scope: 'STOREFRONT' };
    const { createApiKey } = await shop.client.data<{ createApiKey: { secret: string } }>(CREATE_KEY, { input: key });
    const anonymous = shop.client.as({ apiKey: createApiKey.secret });
    const { startSession } = await anonymous.data<{ startSession: { token: string } }>(START_SESSION);
    visitor = shop.client.as({ apiKey: createApiKey.secret, authorization: `Bearer ${startSession.token}` });
    await upsert([
      { id: 'lamp', title: 'Lamp', groupId: 'lamps', categories: ['light'] },
      { id: 'lamp-red', title: 'Red lamp', groupId: 'lamps', categories: ['light'] },
    ]);
    // The stand is not in the catalogue; the products bought with it are requested.
    const bought = ['lamp', 'lamp-red', 'stand'].map((productId, line) => ({
      ...{ type: 'PURCHASE', source: 'ORDERS', id: `o:${line}`, occurredAt: new Date().toISOString() },
      ...{ customerId: 'c', productId, quantity: 1 },
    }));
    const viewed = { type: 'VIEW', customerId: 'c', productId: 'lamp-red' };
    const { recordEvents } = await shop.client.data<RecordAnswer>(RECORD, { events: [...bought, viewed] });
    await shop.client.data(LIST, { input: { intent: 'POPULAR', awaitReceipt: recordEvents.receipt } });
  });

  // A list shows one variant of a group: without the other variant, it would show this one.
  const exclude = ['lamp'];
  const INPUTS = [
    { intent: 'POPULAR', exclude },
    { intent: 'NEW', exclude },
    { intent: 'SIMILAR', productIds: ['stand'], exclude },
    { intent: 'COMPLEMENTARY', productIds: ['stand'], exclude },
    { intent: 'PERSONAL', customerId: 'c', includePurchased: true, exclude },
    { intent: 'RECENTLY_VIEWED', customerId: 'c' },
  ];

  it('is in every list and response while it has no publication date', async () => {
    for (const input of INPUTS) expect(await listed(shop.client, input)).toContain('lamp-red');
    expect(await product(visitor, 'lamp-red')).not.toBeNull();
  });

  it('is visible to the shop’s own keys only before its date, and to all keys after it, without a restart', async () => {
    const live = visitor.subscribe<LiveAnswer>(LIVE, { input: { intent: 'POPULAR', exclude }, first: 10 });
    const next = async () =>
      (await live.next()).value.data!.recommendationsUpdated.nodes.map(({ id }: { id: string }) => id) as string[];
    expect(await next()).toContain('lamp-red');
    const publish = (time: number) => upsert([{ id: 'lamp-red', publishedAt: new Date(time).toISOString() }]);
    await publish(Date.now() + 3_600_000);
    for (const input of INPUTS) expect(await listed(shop.client, input)).not.toContain('lamp-red');
    expect(await listed(visitor, { intent: 'POPULAR' })).toEqual(['lamp']);
    expect(await next()).toEqual([]);
    const light = "'light' in product.categories";
    expect(await product(visitor, 'lamp-red')).toBeNull();
    expect(await product(visitor, 'lamp')).toEqual({ id: 'lamp', variants: [] });
    for (const filter of [undefined, light]) expect(await products(visitor, filter)).toEqual(['lamp']);
    const view = { events: [{ type: 'VIEW', productId: 'lamp-red' }] };
    const refused = (await visitor.data<RecordAnswer>(RECORD, view)).recordEvents.errors;
    expect(refused).toMatchObject([{ code: 'NOT_FOUND' }]);
    // The shop's own keys see unpublished products.
    expect(await product(shop.client, 'lamp-red')).toEqual({ id: 'lamp-red', variants: [{ id: 'lamp' }] });
    expect(await product(shop.client, 'lamp')).toMatchObject({ variants: [{ id: 'lamp-red' }] });
    for (const filter of [undefined, light]) expect(await products(shop.client, filter)).toEqual(['lamp', 'lamp-red']);

    const publishedAt = Date.now() + 1_500;
    await publish(publishedAt);
    expect(await next()).toContain('lamp-red');
    expect(Date.now()).toBeGreaterThanOrEqual(publishedAt);
    await live.return?.();
    for (const input of INPUTS) expect(await listed(shop.client, input)).toContain('lamp-red');
    await until(
      () => products(visitor, light),
      (all) => all.includes('lamp-red'),
    );
    expect(await product(visitor, 'lamp')).toMatchObject({ variants: [{ id: 'lamp-red' }] });
    expect((await visitor.data<RecordAnswer>(RECORD, view)).recordEvents.errors).toEqual([]);
  });
});
