import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Redis } from 'ioredis';
import { readConfig } from '../../../src/config';
import {
  BEYOND,
  boundText,
  maxItems,
  MIN_ITEM_BYTES,
  STOREFRONT_GROWTH_IN_REDIS,
} from '../../../src/erasure/storefront-growth';
import { tablesOf } from '../../../src/erasure/inventory';
import type { Table } from '../../../src/rooms/tables';
import { SHOP } from '../../../src/shop';
import {
  ADDRESS_SHARE,
  STORAGE_SHARES,
  VISIT_SHARE,
  type StorageKind,
} from '../../../src/events/storage-allowance.service';
import { scopeOfField } from '../../../src/graphql/enforce-scopes';
import { defineAds, eur, SPONSORED_SEARCH, type SponsoredSearch } from '../../setup/ad-operations';
import { caughtUp } from '../../setup/caught-up';
import { erasureShop } from '../../setup/erasure-shop';
import type { Answer as Response, GraphqlClient } from '../../setup/graphql-client';
import {
  CREATE_KEY,
  ISSUE_TOKEN,
  LIST,
  RECORD,
  START_SESSION,
  UPSERT,
  type CreateKeyAnswer,
  type StartSessionAnswer,
} from '../../setup/operations';
import { SCHEMA } from '../../setup/schema';
import { until } from '../../setup/until';
import {
  ASK_SUPPORT,
  HAND_OFF,
  RATE,
  REQUEST_ACTION,
  SET_REPLY_ADDRESS,
  START_CONVERSATION,
} from '../../setup/support-operations';

const BYTES_PER_DAY = 50_000_000;
const placement = 'results';
const bytesOfVisit = (kind: StorageKind) => BYTES_PER_DAY * STORAGE_SHARES[kind] * VISIT_SHARE;

/** How the tables of all rooms grow. */
const growthOfTables = async () =>
  Object.entries(await tablesOf(SHOP)).map(([name, { growth }]) => [name, growth] as const);

/** The tables of docs/operating.md that the declarations make, those of all rooms line by line. */
async function documented(): Promise<string[]> {
  const gb = (share: number) => `${Number((share * readConfig({}).storefrontBytesPerDay * 1e-9).toPrecision(3))} GB`;
  const mb = (share: number) => `${Number((share * readConfig({}).storefrontBytesPerDay * 1e-6).toPrecision(3))} MB`;
  const kinds = (Object.keys(STORAGE_SHARES) as StorageKind[]).map((kind) => {
    const share = STORAGE_SHARES[kind];
    const limits = [gb(share), mb(share * ADDRESS_SHARE), mb(share * VISIT_SHARE)];
    const items = maxItems(kind, readConfig({}).storefrontBytesPerDay) / 1e6;
    return [`\`${kind}\``, ...limits, `${Number(items.toPrecision(3))} million`, BEYOND[kind]];
  });
  const grown = (entries: readonly (readonly [string, Table['growth']])[]) =>
    entries.flatMap(([name, growth]) =>
      growth === 'not grown' ? [] : [[`\`${name}\``, boundText(growth), growth.retention]],
    );
  return [
    table(['kind', 'all', 'an address', 'a visit', 'items of all, at most', 'beyond'], kinds),
    ...table(['table', 'a day adds at most', 'stored'], grown(await growthOfTables())).split('\n'),
    table(['Redis keys', 'at most', 'stored'], grown(Object.entries(STOREFRONT_GROWTH_IN_REDIS))),
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

describe('what a storefront key can make grow', () => {
  const { client, rows, tables, pool, shop, now } = erasureShop({ STOREFRONT_BYTES_PER_DAY: String(BYTES_PER_DAY) });
  let storefrontKey: string;
  let redis: Redis;

  beforeAll(async () => {
    redis = new Redis(shop().redisUrl);
    const key = { input: { scope: 'STOREFRONT', name: 'shop' } };
    storefrontKey = (await client().data<CreateKeyAnswer>(CREATE_KEY, key)).createApiKey.secret;
    const kettle = (id: string, title: string) => ({ id, title, stock: 5 });
    const products = [kettle('a', 'Red kettle 电热水壶'), kettle('b', 'Blue kettle'), kettle('c', 'Green kettle')];
    await client().data(UPSERT, { products });
    const receipt = await defineAds(client(), [
      ['upsertAdvertiser', { id: 'falke', name: 'Falke' }],
      ['upsertAdPlacement', { id: placement, slots: 1, currency: 'EUR', reserveCpc: eur('0.05') }],
      ['createCampaign', { id: 'spring', advertiserId: 'falke', name: 'Spring', totalBudget: eur('5.00') }],
      [
        'upsertLineItem',
        { id: 'line', campaignId: 'spring', placements: [placement], bid: eur('0.40'), productIds: ['a', 'b'] },
      ],
    ]);
    const input = { intent: 'POPULAR', awaitReceipt: receipt };
    await client().data(LIST, { input, first: 1 });
  });

  afterAll(() => redis.disconnect());

  const visitor = async () => {
    const { startSession } = await client().as({ apiKey: storefrontKey }).data<StartSessionAnswer>(START_SESSION);
    return client().as({ apiKey: storefrontKey, authorization: `Bearer ${startSession.token}` });
  };
  const count = async (name: string, condition = 'true') =>
    Number((await rows<{ count: string }>(`SELECT count(*) FROM "${name}" WHERE ${condition}`))[0].count);
  const ads = (text: string, times: number) =>
    `{ ${Array.from({ length: times }, (_, n) => `a${n}: ads(input: { placement: "${placement}", query: ${JSON.stringify(text)} }) { id }`).join(' ')} }`;
  /** Sends the same until it is refused. @returns how often it was answered, and the refusal */
  const sendUntilRefused = async (by: GraphqlClient, query: string, variables: () => object, most = 200) => {
    for (let sent = 0; sent < most; sent++) {
      const { errors } = await by.send(query, variables());
      if (errors !== undefined) return { sent, ...errors[0].extensions };
    }
    throw new Error(`${most} requests were not refused`);
  };
  const startConversation = async (by: GraphqlClient) => {
    const answer = await by.data<{ startConversation: { conversation: { id: string } } }>(START_CONVERSATION, {
      input: {},
    });
    return answer.startConversation.conversation.id;
  };

  /** Every mutation that a storefront key may use. @returns the response */
  const mutations: Readonly<Record<string, (by: GraphqlClient) => Promise<Response<object>>>> = {
    startSession: (by) => by.send(START_SESSION),
    recordEvents: async (by) => {
      const search = await by.data<SponsoredSearch>(SPONSORED_SEARCH, {
        input: { query: 'kettle', placement },
        first: 4,
      });
      const requestId = search.search.sponsored!.products[0].token;
      const at = { productId: 'a', placement: 'home' };
      const reactions = ['IMPRESSION', 'CLICK'].map((type) => ({ type, productId: 'a', requestId }));
      const types = ['VIEW', 'ADD_TO_CART', 'REMOVE_FROM_CART', 'LIKE', 'DISLIKE'];
      const events = [
        ...reactions,
        ...types.map((type) => ({ ...at, type })),
        { ...at, type: 'RATE', rating: 4 },
        { type: 'SEARCH', query: 'b' },
        { type: 'CUSTOM', name: 'opened', properties: { x: 1 } },
      ];
      return by.send(RECORD, { events });
    },
    startConversation: (by) => by.send(START_CONVERSATION, { input: {} }),
    askSupport: async (by) =>
      by.send(ASK_SUPPORT, {
        input: { conversationId: await startConversation(by), messageId: randomUUID(), text: 'Where is my order?' },
      }),
    rateAnswer: async (by) => {
      const conversationId = await startConversation(by);
      const input = { conversationId, messageId: randomUUID(), text: 'hello' };
      const { askSupport } = await by.data<{ askSupport: { answer: { id: string } } }>(ASK_SUPPORT, { input });
      return by.send(RATE, { id: askSupport.answer.id, helpful: true });
    },
    setSupportReplyAddress: async (by) =>
      by.send(SET_REPLY_ADDRESS, { id: await startConversation(by), email: 'mia@example.com' }),
    handOffConversation: async (by) => by.send(HAND_OFF, { id: await startConversation(by) }),
    requestSupportAction: async (by) =>
      by.send(REQUEST_ACTION, { conversationId: await startConversation(by), actionId: randomUUID() }),
  };

  it('is declared for every table of the shop, and no other', async () => {
    const tablesOfShop = await growthOfTables();
    expect(tablesOfShop.map(([name]) => name).sort()).toEqual(
      (await tables()).filter((name) => name !== '_prisma_migrations'),
    );
    for (const growth of [...tablesOfShop.map(([, growth]) => growth), ...Object.values(STOREFRONT_GROWTH_IN_REDIS)])
      if (growth !== 'not grown') for (const text of [boundText(growth), growth.retention]) expect(text).not.toBe('');
  });

  it('is documented with bounds and retention', async () => {
    const page = readFileSync(path.join(__dirname, '../../../docs/operating.md'), 'utf8');
    // Prettier aligns tables.
    const aligned = (text: string) => text.replace(/ +/g, ' ').replace(/-{3,}/g, '---');
    for (const part of await documented()) expect(aligned(page).includes(part) ? '' : part).toBe('');
  });

  it('is each mutation of the schema that such a key may use, and grows no other table', async () => {
    const mutation = SCHEMA.getMutationType()!;
    const used = Object.values(mutation.getFields()).filter(
      (field) => scopeOfField(SCHEMA, mutation, field) === 'STOREFRONT',
    );
    expect(Object.keys(mutations).sort()).toEqual(used.map(({ name }) => name).sort());

    await caughtUp(pool());
    const before = new Map<string, number>();
    for (const name of await tables()) before.set(name, await count(name));
    const customer = await client().data<{ issueCustomerToken: { token: string } }>(ISSUE_TOKEN, {
      input: { customerId: 'new' },
    });
    const signedIn = { apiKey: storefrontKey, authorization: `Bearer ${customer.issueCustomerToken.token}` };
    for (const by of [await visitor(), client().as(signedIn)]) {
      for (const [name, send] of Object.entries(mutations))
        expect([name, (await send(by)).errors]).toEqual([name, undefined]);
      await by.data(SPONSORED_SEARCH, { input: { query: 'unknown', placement }, first: 4 });
      await by.data(LIST, { input: { intent: 'PERSONAL', placement: 'home' }, first: 1 });
    }
    const keys = await redis.keys(`{${shop().namespace}}:*`);
    await caughtUp(pool());
    const grown: string[] = [];
    for (const [name, rowsBefore] of before) if ((await count(name)) > rowsBefore) grown.push(name);
    expect(grown).toEqual(
      expect.arrayContaining(['ad_decisions', 'ad_ledger', 'conversations', 'events', 'searches', 'visits']),
    );
    const inventory = await tablesOf(SHOP);
    expect(grown.filter((name) => inventory[name].growth === 'not grown')).toEqual([]);
    const families = new Set(keys.map((key) => key.split(':')[1]));
    expect(Object.keys(STOREFRONT_GROWTH_IN_REDIS)).toEqual(expect.arrayContaining([...families]));
  });

  it.each([
    ['long queries', 'kettle '.repeat(580)],
    ['a query without spaces', '电热水壶'.repeat(1_000)],
    ['short queries', 'kettle'],
  ])('by explanations of ads is no more than a visit may store: %s', async (_, query) => {
    const by = await visitor();
    const before = await count('ad_decisions');
    for (let n = 0; n < 3; n++) expect((await by.send(ads(query, 20))).errors).toBeUndefined();
    // The decision log is written four times a second; an explanation is read after what waits is written.
    await client().data('{ adDecision(id: "0") { placement } }');
    const [{ bytes }] = await rows<{ bytes: string }>(
      `SELECT coalesce(sum(octet_length(record::text)), 0) AS bytes FROM (
         SELECT record FROM ad_decisions ORDER BY decided_at DESC LIMIT $1
       ) newest`,
      [(await count('ad_decisions')) - before],
    );
    expect(Number(bytes)).toBeLessThanOrEqual(bytesOfVisit('AD_DECISIONS'));
    expect((await count('ad_decisions')) - before).toBeLessThan(3 * 20);
  });

  it('by events is refused beyond what a visit may store, and no other visit or key of the shop', async () => {
    const by = await visitor();
    const properties = { text: 'x'.repeat(2_000) };
    const event = () => ({ type: 'CUSTOM', name: 'opened', properties });
    const batch = () => ({ events: Array.from({ length: 10 }, event) });
    const { sent, ...refusal } = await sendUntilRefused(by, RECORD, batch);
    expect(sent).toBe(Math.floor(bytesOfVisit('EVENTS') / (10 * 2_300)));
    const tomorrow = (Math.floor(Date.now() / 86_400_000) + 1) * 86_400_000;
    expect(refusal).toMatchObject({ code: 'RATE_LIMITED' });
    expect(refusal.retryAfterMs).toBeGreaterThan(0);
    expect(refusal.retryAfterMs).toBeLessThanOrEqual(tomorrow - now());
    expect((await (await visitor()).send(RECORD, batch())).errors).toBeUndefined();
    expect((await client().send(RECORD, batch())).errors).toBeUndefined();
    // Lists and searches are answered as ever.
    expect(
      (await by.send(SPONSORED_SEARCH, { input: { query: 'kettle', placement }, first: 4 })).errors,
    ).toBeUndefined();
  });

  it('by searches is no more than a visit may store', async () => {
    const by = await visitor();
    const searches = Array.from(
      { length: 20 },
      (_, n) => `s${n}: search(input: { query: "blue kettle" }) { totalCount }`,
    );
    for (let n = 0; n < 5; n++) expect((await by.send(`{ ${searches.join(' ')} }`)).errors).toBeUndefined();
    // Searches are logged in their order, so the others are in the log when this one is.
    const key = { input: { scope: 'SERVER', name: 'back end' } };
    const server = client().as({ apiKey: (await client().data<CreateKeyAnswer>(CREATE_KEY, key)).createApiKey.secret });
    await server.data('{ search(input: { query: "green kettle" }) { totalCount } }');
    await until(
      () => count('events', `source = 'SEARCH' AND query = 'green kettle'`),
      (last) => last === 1,
    );
    const logged = await count('events', `source = 'SEARCH' AND query = 'blue kettle'`);
    expect(logged).toBeGreaterThan(0);
    expect(logged).toBeLessThanOrEqual(bytesOfVisit('SEARCHES') / MIN_ITEM_BYTES.SEARCHES);
  });

  it('by conversations is refused beyond what a visit may store', async () => {
    const by = await visitor();
    const before = await count('conversations');
    const { sent, ...refusal } = await sendUntilRefused(by, START_CONVERSATION, () => ({ input: {} }));
    expect(refusal).toMatchObject({ code: 'RATE_LIMITED' });
    expect(sent).toBeLessThanOrEqual(bytesOfVisit('CONVERSATIONS') / MIN_ITEM_BYTES.CONVERSATIONS);
    expect((await count('conversations')) - before).toBe(sent);
    await startConversation(await visitor());
  });
});
