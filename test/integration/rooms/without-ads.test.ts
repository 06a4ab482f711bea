import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildSchema } from 'graphql';
import { SHOP } from '../../../src/shop';
import {
  found,
  ids,
  LIST,
  type ListAnswer,
  RECORD,
  type RecordAnswer,
  SEARCH,
  type SearchAnswer,
  UPSERT,
} from '../../setup/operations';
import { openShopOfRooms, type ShopOfRooms } from '../../setup/shop-of-rooms';
import { until } from '../../setup/until';

/** What a shop is if the line of `ads` is removed from src/shop.ts. */
const ROOMS = SHOP.filter(({ name }) => name !== 'ads');

let shop: ShopOfRooms;

beforeAll(async () => {
  shop = await openShopOfRooms(ROOMS);
  await shop.client.data(UPSERT, { products: ['lamp', 'kettle'].map((id) => ({ id, title: `Red ${id}` })) });
});

afterAll(() => shop?.close());

it('records events, and answers a list that has seen them', async () => {
  const events = [{ type: 'VIEW', customerId: 'ann', productId: 'lamp', occurredAt: new Date().toISOString() }];
  const { recordEvents } = await shop.client.data<RecordAnswer>(RECORD, { events });
  expect(recordEvents).toMatchObject({ accepted: 1, errors: [] });
  const input = { intent: 'RECENTLY_VIEWED', customerId: 'ann', awaitReceipt: recordEvents.receipt };
  expect(ids(await shop.client.data<ListAnswer>(LIST, { input }))).toEqual(['lamp']);
});

it('answers a search', async () => {
  const search = async () => found(await shop.client.data<SearchAnswer>(SEARCH, { input: { query: 'kettle' } }));
  await until(search, (products) => products.join() === 'kettle');
});

it('has all of the schema but ads', async () => {
  const { __schema } = await shop.client.data<{ __schema: Record<string, { fields: readonly { name: string }[] }> }>(
    `{ __schema {
      queryType { fields { name } } mutationType { fields { name } } subscriptionType { fields { name } }
    } }`,
  );
  const offered = Object.values(__schema).flatMap(({ fields }) => fields.map(({ name }) => name));
  const whole = buildSchema(readFileSync(path.resolve(__dirname, '../../../schema.graphql'), 'utf8'));
  const all = [whole.getQueryType(), whole.getMutationType(), whole.getSubscriptionType()].flatMap((type) =>
    Object.keys(type!.getFields()),
  );
  expect(all.filter((name) => !offered.includes(name)).sort()).toEqual([
    'adDecision',
    'adDefinitionChanges',
    'adPlacements',
    'ads',
    'advertisers',
    'campaign',
    'campaignUpdated',
    'campaigns',
    'createCampaign',
    'updateCampaign',
    'upsertAdPlacement',
    'upsertAdvertiser',
    'upsertLineItem',
  ]);
  expect(await shop.client.code('{ ads(input: { placement: "home" }) { id } }')).toBe('BAD_USER_INPUT');
});
