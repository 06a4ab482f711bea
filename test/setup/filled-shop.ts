/** Fills a shop with at least one item of everything that it stores, through its API. */
import { CREATE_RULE, CREATE_WEBHOOK } from './alert-operations';
import type { GraphqlClient } from './graphql-client';
import { LIST, MERGE, RECORD, SEARCH, START_SESSION } from './operations';
import { euro, line, MOVE, ORDERS } from './order-operations';
import { CREATE_STREAM } from './stream-operations';
import { until } from './until';

const SETUP = `mutation($key: CreateApiKeyInput!, $customers: [CustomerInput!]!, $synonyms: [SynonymInput!]!, $rule: UpsertMerchandisingRuleInput!) {
  createApiKey(input: $key) { errors { code } }
  upsertCustomers(input: { customers: $customers }) { errors { code } }
  upsertSynonyms(input: { synonyms: $synonyms }) { errors { code } }
  useStarterSynonyms(input: { language: "en", enabled: true }) { userErrors { code } }
  upsertMerchandisingRule(input: $rule) { errors { code } }
  other: upsertMerchandisingRule(input: { id: "r2", queries: ["tent"], pins: ["tent-Oak"] }) { errors { code } }
  upsertProducts(input: { products: [{ id: "gone", title: "Gone", attributes: { colour: "red" } }] }) { errors { code } }
  hideSuggestion(input: { query: "bad words" }) { errors { code } }
  stays: hideSuggestion(input: { query: "worse words" }) { errors { code } }
  refreshModel(input: { kind: BLEND }) { errors { code } }
}`;
const LATER = `mutation {
  deleteProducts(input: { ids: ["gone"] }) { errors { code } }
  deleteSynonyms(input: { ids: ["s2"] }) { errors { code } }
  deleteMerchandisingRule(input: { id: "r2" }) { errors { code } }
  showSuggestion(input: { query: "bad words" }) { errors { code } }
}`;
const ERASE = 'mutation { eraseCustomer(input: { customerId: "gone" }) { status errors { code } } }';
const AT = new Date(Date.now() - 3_600_000).toISOString();
const EVENT = {
  ...{
    type: 'CLICK',
    id: 'e1',
    occurredAt: AT,
    customerId: 'ann',
    sessionId: 'v1',
    productId: 'lamp-Oak',
    quantity: 2,
  },
  ...{ unitPrice: euro('2.50'), query: 'lamp', requestId: 'r1', position: 3, placement: 'home' },
  properties: { note: 'x' },
};
const CUSTOM = { type: 'CUSTOM', name: 'seen', customerId: 'ann', productId: 'lamp-Oak' };
const AGGREGATES = [
  { name: 'clicks', kind: 'COUNT' },
  { name: 'paid', kind: 'QUANTILES', expression: 'event.amount', quantiles: [0.5], filter: 'event.quantity > 0' },
];
const WINDOW = { kind: 'TUMBLING', size: 'PT1H', timeZone: 'UTC' };

/** Writes data whose processing waits for a worker. */
export async function fillWithoutWorker(client: GraphqlClient): Promise<void> {
  await client.data(RECORD, { events: [EVENT, CUSTOM] });
  await client.data(SETUP, {
    key: { name: 'back end', scope: 'SERVER' },
    customers: [
      { id: 'ann', attributes: { tier: 'gold' } },
      { id: 'gone', attributes: {} },
    ],
    synonyms: [
      { id: 's1', kind: 'ONE_WAY', words: ['light'], finds: ['lamp'], language: 'en' },
      { id: 's2', kind: 'TWO_WAY', words: ['tent', 'marquee'] },
    ],
    rule: { id: 'r1', queries: ['lamp'], pins: ['lamp-Oak'], boost: '1.5' },
  });
}

/** Writes data that needs a worker to have processed the rest. */
export async function fillWithWorker(client: GraphqlClient, webhookUrl: string): Promise<void> {
  const done = <T>(answer: T) => expect(JSON.stringify(answer)).not.toContain('"code"');
  done(await client.data(CREATE_WEBHOOK, { input: { url: webhookUrl } }));
  done(
    await client.data(CREATE_RULE, {
      rule: { id: 'up', source: 'SYSTEM', condition: 'system.apiProcesses > 0.0', keys: null },
    }),
  );
  done(
    await client.data(CREATE_STREAM, {
      stream: {
        ...{ id: 'sales', from: ['CUSTOM'], keys: [{ name: 'product', expression: 'event.productId' }] },
        ...{ filter: 'event.quantity > 0', aggregates: AGGREGATES, window: WINDOW, retention: 'P90D', maxKeys: 100 },
      },
    }),
  );
  done(
    await client.data(CREATE_STREAM, {
      stream: {
        ...{ id: 'pairs', from: ['PURCHASE'], aggregates: [{ name: 'count', kind: 'COUNT' }], window: WINDOW },
        join: {
          ...{ from: ['CLICK'], filter: 'other.quantity > 0', before: 'PT1H', after: 'PT0S' },
          on: [{ event: 'event.requestId', other: 'other.requestId' }],
        },
      },
    }),
  );
  done(
    await client.data(ORDERS, {
      orders: [
        {
          ...{ id: 'o1', customerId: 'ann', sessionId: 'v1', placedAt: AT, source: 'shop', placement: 'home' },
          ...{ requestId: 'r1', properties: { gift: true }, lines: [line('lamp-Oak', 2)] },
        },
      ],
    }),
  );
  done(
    await client.data(MOVE, {
      input: { orderId: 'o1', status: 'CANCELLED', occurredAt: AT, lines: [{ lineId: 'l-lamp-Oak', quantity: 1 }] },
    }),
  );
  done(await client.data(MERGE, { input: { fromSessionId: 'v1', intoCustomerId: 'ann' } }));
  done(await client.data(LATER));
  // An event with the same identity and different content.
  await client.data(RECORD, { events: [{ ...EVENT, quantity: 3 }] });
  await client.data(START_SESSION);
  // An error to be counted.
  expect(await client.code('{ products(after: "none") { pageInfo { endCursor } } }')).toBe('BAD_USER_INPUT');
  await client.data(SEARCH, { input: { query: 'lamp' }, first: 1 });
  const { recordEvents } = await client.data<{ recordEvents: { receipt: string } }>(RECORD, {
    events: [
      { ...CUSTOM, id: 'late' },
      { type: 'VIEW', customerId: 'gone', productId: 'lamp-Oak' },
    ],
  });
  // An erasure changes the log only if the log has an event of the person.
  await client.data(LIST, { input: { intent: 'POPULAR', awaitReceipt: recordEvents.receipt } });
  // Executed later, and then the last change of the log.
  await until(
    () => client.data<{ eraseCustomer: { status: string } }>(ERASE),
    ({ eraseCustomer }) => eraseCustomer.status === 'DONE',
  );
}
