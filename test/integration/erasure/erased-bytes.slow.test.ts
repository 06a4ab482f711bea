import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { artefactsOf } from '../../../src/erasure/inventory';
import { kindsOf } from '../../../src/models/fitter';
import { SHOP } from '../../../src/shop';
import { defineAds, SPONSORED_SEARCH } from '../../setup/ad-operations';
import { erasureShop } from '../../setup/erasure-shop';
import { BY_THEMSELVES } from '../../setup/processes';
import type { GraphqlClient } from '../../setup/graphql-client';
import { refreshModel } from '../../setup/model-operations';
import {
  CREATE_KEY,
  ISSUE_TOKEN,
  LIST,
  MERGE,
  START_SESSION,
  UPSERT,
  type CreateKeyAnswer,
  type IssueTokenAnswer,
  type MergeAnswer,
  type StartSessionAnswer,
} from '../../setup/operations';
import { at, euro, line as orderLine, ORDERS, PAY, type Recorded } from '../../setup/order-operations';
import { RECORD_SCANS, RECORD_SHIPMENTS, SHIPMENTS, type RecordedItems } from '../../setup/shipment-operations';
import { testFolder } from '../../setup/shop';
import { CREATE_STREAM, type StreamWritten } from '../../setup/stream-operations';
import {
  ASK_SUPPORT,
  CONVERSATION_QUERY,
  REPLY,
  REQUEST_ACTION,
  START_CONVERSATION,
  type ConversationAnswer,
  type ShownConversation,
} from '../../setup/support-operations';
import { until } from '../../setup/until';

/** Part of every word, name and id that belongs to one person alone. */
const MARK = 'zqxjk';
const CUSTOMER = `${MARK}-customer`;
const SEARCH = 'query($input: SearchInput!) { search(input: $input) { requestId totalCount } }';
const SUGGEST = 'query($input: SuggestInput!) { suggest(input: $input) { __typename } }';

const folder = testFolder('erased-bytes');
const { client, record, event, erase, rows, whereFound, apis, logs, startWorker, stopWorker } = erasureShop(
  { ERASURE_INTERVAL_MS: '0', RATE_LIMIT: '0', DATA_DIR: folder, LOG_LEVEL: 'debug' },
  BY_THEMSELVES,
);

/** Writes a message, and returns its id. */
async function ask(by: GraphqlClient, conversationId: string, text: string): Promise<string> {
  const input = { conversationId, messageId: `${MARK}-${randomUUID()}`, text };
  const { askSupport } = await by.data<{ askSupport: ConversationAnswer }>(ASK_SUPPORT, { input });
  expect(askSupport.userErrors).toEqual([]);
  return askSupport.message!.id;
}

const start = async (by: GraphqlClient) =>
  (await by.data<{ startConversation: ConversationAnswer }>(START_CONVERSATION, { input: {} })).startConversation
    .conversation!.id;

/** Returns the files of a folder that contain a text. */
function filesWith(text: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const file = path.join(folder, name);
    return name.includes(text) || (statSync(file).isFile() && readFileSync(file).includes(text));
  });
}

describe('the bytes of a shop, after the erasure of a person', () => {
  let sessionId: string;
  let places: Set<string>;

  beforeAll(async () => {
    const { createApiKey } = await client().data<CreateKeyAnswer>(CREATE_KEY, {
      input: { scope: 'STOREFRONT', name: 'shop page' },
    });
    const apiKey = createApiKey.secret;
    const { startSession } = await client().as({ apiKey }).data<StartSessionAnswer>(START_SESSION);
    ({ sessionId } = startSession);
    const visitor = client().as({ apiKey, authorization: `Bearer ${startSession.token}` });
    const { written } = await client().data<StreamWritten>(CREATE_STREAM, {
      stream: {
        ...{ id: 'queries', from: ['SEARCH'], window: { kind: 'TUMBLING', size: 'PT1H' } },
        keys: [{ name: 'query', expression: 'event.query' }],
        aggregates: [
          { name: 'people', kind: 'DISTINCT', expression: 'event.customerId' },
          { name: 'top', kind: 'TOP', expression: 'event.query' },
        ],
      },
    });
    expect(written.errors).toEqual([]);

    const hook = { url: 'https://shop.invalid/hook', events: ['ORDER_REQUESTS', 'SHIPMENTS'] };
    await client().data('mutation($input: CreateAlertWebhookInput!) { createAlertWebhook(input: $input) { secret } }', {
      input: hook,
    });
    const kettle = { id: 'kettle', title: 'Copper kettle', price: euro('20.00'), availability: 'IN_STOCK' };
    await client().data(UPSERT, { products: [kettle] });
    const defined = await defineAds(client(), [
      ['upsertAdPlacement', { id: 'results', slots: 1, currency: 'EUR' }],
      ['upsertAdvertiser', { id: 'maker', name: 'Maker' }],
      ['createCampaign', { id: 'c', advertiserId: 'maker', name: 'c', totalBudget: euro('50.00') }],
      [
        'upsertLineItem',
        {
          id: 'l',
          campaignId: 'c',
          placements: ['results'],
          bid: euro('0.40'),
          productIds: ['kettle'],
          phraseKeywords: ['kettle'],
        },
      ],
    ]);

    // A visit: searches, suggestions, ads, a chat.
    await visitor.data(SPONSORED_SEARCH, {
      input: { query: `kettle for ${MARK}`, awaitReceipt: defined, placement: 'results' },
      first: 5,
    });
    for (const query of [`gift for ${MARK}`, `${MARK} lane 7`]) await visitor.data(SEARCH, { input: { query } });
    await visitor.data(SUGGEST, { input: { query: `gift for ${MARK}` } });
    const chat = await start(visitor);
    const late = await ask(visitor, chat, `my parcel for ${MARK}berg has not come, I am ${MARK}son`);
    const { mergeCustomer } = await client().data<MergeAnswer>(MERGE, {
      input: { fromSessionId: sessionId, intoCustomerId: CUSTOMER },
    });
    expect(mergeCustomer.errors).toEqual([]);

    // A customer, with what the back end knows.
    const issued = await client().data<IssueTokenAnswer>(ISSUE_TOKEN, { input: { customerId: CUSTOMER, sessionId } });
    const customer = client().as({ apiKey, authorization: `Bearer ${issued.issueCustomerToken.token}` });
    const attributes = { name: `${MARK} Doe`, email: `${MARK}@mail.example`, address: { street: `${MARK} street` } };
    await client().data(
      `mutation($customers: [CustomerInput!]!) { upsertCustomers(input: { customers: $customers }) { accepted } }`,
      { customers: [{ id: CUSTOMER, attributes }] },
    );
    const orders = [
      {
        ...{ id: `${MARK}-order`, customerId: CUSTOMER, placedAt: at(-30), source: `${MARK} branch` },
        ...{ properties: { note: `ring at ${MARK}` }, lines: [orderLine('a', 2)] },
      },
    ];
    expect((await client().data<Recorded>(ORDERS, { orders })).recordOrders.errors).toEqual([]);
    const payment = { id: `${MARK}-payment`, orderId: `${MARK}-order`, kind: 'CHARGE', method: `card of ${MARK}` };
    await client().data(PAY, { payments: [{ ...payment, amount: euro('5.00'), occurredAt: at(-29) }] });
    const shipment = { id: `${MARK}-parcel`, orderId: `${MARK}-order`, carrier: 'dhl', trackingNumber: `${MARK}01` };
    const { recordShipments } = await client().data<{ recordShipments: RecordedItems }>(RECORD_SHIPMENTS, {
      shipments: [{ ...shipment, destination: { name: `kiosk ${MARK}`, country: 'DE' } }],
    });
    const scan = { shipmentId: `${MARK}-parcel`, type: 'HUB_IN', occurredAt: at(-20), place: `${MARK}town` };
    const { recordScans } = await client().data<{ recordScans: RecordedItems }>(RECORD_SCANS, {
      scans: [{ ...scan, description: `sorted in ${MARK}town` }],
    });
    expect([recordShipments, recordScans].flatMap(({ userErrors }) => userErrors)).toEqual([]);
    await client().data(SHIPMENTS, { first: 1, receipt: recordScans.receipt });
    await customer.data(SEARCH, { input: { query: `${MARK} for my birthday` } });
    await customer.data(LIST, { input: { intent: 'POPULAR' }, first: 1 });
    const own = { customerId: CUSTOMER };
    const sent = [
      event('VIEW', 'b', own, { id: `${MARK}-1`, placement: `${MARK} page` }),
      event('CUSTOM', 'b', own, { id: `${MARK}-2`, name: `${MARK}_opened`, properties: { text: `from ${MARK}` } }),
      event('SEARCH', 'b', own, { id: `${MARK}-3`, query: `${MARK} again`, productId: undefined }),
    ];
    await client().data(LIST, { input: { intent: 'POPULAR', awaitReceipt: await record(sent) }, first: 1 });
    // The same identity with other content is rejected.
    await client().data(LIST, {
      input: { intent: 'POPULAR', awaitReceipt: await record([{ ...sent[0], productId: 'c' }]) },
      first: 1,
    });
    await ask(customer, chat, `where is my order ${MARK}-order?`);
    await ask(customer, chat, `send it to ${MARK} street 9 please, not to ${MARK}town`);
    const second = await start(customer);
    const reply = { conversationId: chat, messageId: randomUUID(), text: `Dear ${MARK}, we look after it.` };
    await client().data(REPLY, { input: reply });

    // An operator makes an example of a message, which the model of intents learns from.
    await client().data(
      `mutation($id: ID!) { correctIntent(input: { messageId: $id, intent: "late-delivery" }) { receipt } }`,
      { id: late },
    );
    for (const kind of kindsOf(SHOP)) {
      const { state, version } = await refreshModel(client(), kind.toUpperCase());
      // The others have too little to learn from in a shop of one customer.
      if (kind === 'intents')
        expect({ state, verdict: version?.verdict }).toEqual({ state: 'DONE', verdict: 'PROMOTED' });
    }
    // With the model, answers have buttons, which send requests to the shop.
    const change = `please change the address of my order ${MARK}-order to ${MARK} street 9`;
    const { messages } = await until(
      async () => {
        await ask(customer, second, change);
        return (await customer.data<{ conversation: ShownConversation }>(CONVERSATION_QUERY, { id: second }))
          .conversation;
      },
      (conversation) => conversation.messages.some(({ actions }) => actions.length > 0),
      60_000,
    );
    const [action] = messages.flatMap(({ actions }) => actions);
    await customer.data(REQUEST_ACTION, { conversationId: second, actionId: action.id });
    await until(
      () => whereFound(MARK),
      (found) => ['searches', 'visits', 'stream_windows'].every((place) => isIn(found, place)),
    );
    // The learner stores a checkpoint when it stops.
    await stopWorker();
    places = new Set((await whereFound(MARK)).map((found) => found.split(/[: ]/)[0]));
    startWorker();
    const { status, errors } = await until(
      () => erase(CUSTOMER),
      (erased) => erased.status === 'DONE',
    );
    expect([status, errors]).toEqual(['DONE', []]);
  });

  const isIn = (found: readonly string[], place: string) => found.some((each) => each.startsWith(place));

  it('had the person in the places that this test is about', () => {
    const expected = [
      ...[
        'ad_decisions',
        'artefact',
        'conversation_messages',
        'conversations',
        'customers',
        'events',
        'intent_examples',
      ],
      ...[
        'order_requests',
        'orders',
        'payments',
        'rejected_events',
        'searches',
        'shipments',
        'stream_windows',
        'visits',
      ],
      'webhook_deliveries',
    ];
    expect(expected.filter((place) => !places.has(place))).toEqual([]);
  });

  it('contain no word, name or id of the person: not in the database, in Redis, in the data folder or in the log output', async () => {
    for (const mark of [MARK, sessionId]) {
      // The streams count their windows again.
      expect(
        await until(
          () => whereFound(mark),
          (found) => found.length === 0,
        ),
      ).toEqual([]);
      expect(filesWith(mark)).toEqual([]);
    }
  });

  it('contain no artefact of a kind that the inventory does not list', async () => {
    const stored = await rows<{ kind: string }>('SELECT DISTINCT kind FROM artefacts ORDER BY kind');
    expect(stored.map(({ kind }) => kind)).toContain('intents');
    expect(stored.map(({ kind }) => kind).filter((kind) => !(kind in artefactsOf(SHOP)))).toEqual([]);
  });

  it('contain the person no more after the processes have stopped', async () => {
    await Promise.all([...apis().map((api) => api.stop()), stopWorker()]);
    for (const mark of [MARK, sessionId]) {
      expect(await whereFound(mark)).toEqual([]);
      expect(filesWith(mark)).toEqual([]);
      expect(logs().includes(mark)).toBe(false);
    }
  });
});
