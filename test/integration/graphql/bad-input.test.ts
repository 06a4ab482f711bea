import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runCommand } from '../../setup/command';
import {
  CREATE_KEY,
  ISSUE_TOKEN,
  LIST,
  LIVE,
  RECORD,
  START_SESSION,
  UPSERT,
  type CreateKeyAnswer,
  type IssueTokenAnswer,
  type ListAnswer,
  type RecordAnswer,
  type StartSessionAnswer,
  type UpsertAnswer,
} from '../../setup/operations';
import type { GraphqlClient } from '../../setup/graphql-client';
import { runningShop } from '../../setup/running-shop';

const DAY_MS = 86_400_000;
const ago = (ms: number) => new Date(Date.now() - ms).toISOString();
const now = () => ({ id: randomUUID(), occurredAt: ago(0) });

describe('bad input', () => {
  const shop = runningShop();
  let storefront: GraphqlClient;
  /** A storefront key with a session's token. */
  let visitor: GraphqlClient;
  /** A storefront key with customer alice's token. */
  let alice: GraphqlClient;

  const record = async (client: GraphqlClient, events: object[]) =>
    (await client.data<RecordAnswer>(RECORD, { events })).recordEvents;
  const errorsOf = async (client: GraphqlClient, events: object[]) =>
    (await record(client, events)).errors.map(({ index, code, path }) => [index, code, path]);

  beforeAll(async () => {
    const { createApiKey } = await shop.client.data<CreateKeyAnswer>(CREATE_KEY, {
      input: { scope: 'STOREFRONT', name: 'shop page' },
    });
    const apiKey = createApiKey.secret;
    storefront = shop.client.as({ apiKey });
    const { startSession } = await storefront.data<StartSessionAnswer>(START_SESSION);
    visitor = shop.client.as({ apiKey, authorization: `Bearer ${startSession.token}` });
    const { issueCustomerToken } = await shop.client.data<IssueTokenAnswer>(ISSUE_TOKEN, {
      input: { customerId: 'alice' },
    });
    alice = shop.client.as({ apiKey, authorization: `Bearer ${issueCustomerToken.token}` });
    const { upsertProducts } = await shop.client.data<UpsertAnswer>(UPSERT, {
      products: [{ id: 'mug', title: 'Mug' }],
    });
    await shop.client.data(LIST, { input: { intent: 'POPULAR', awaitReceipt: upsertProducts.receipt } });
  });

  it('reports each invalid event of a batch and stores the valid ones', async () => {
    const good = { type: 'VIEW', productId: 'mug' };
    const events = [
      good,
      { type: 'VIEW', productId: 'no-such-mug' },
      { ...good, id: 'a', occurredAt: new Date(Date.now() + 6 * 60_000).toISOString() },
      { ...good, id: 'b', occurredAt: ago(8 * DAY_MS) },
      { ...good, quantity: -1 },
      { ...good, quantity: 0 },
      { ...good, id: 'no-time' },
      { type: 'PURCHASE', productId: 'mug' },
      { ...good, source: 'ORDERS' },
      { ...good, unitPrice: { amount: '1', currency: 'EUR' } },
      { ...good, customerId: 'bob' },
      { type: 'VIEW' },
      { type: 'RATE', productId: 'mug' },
      { type: 'RATE', productId: 'mug', rating: 5.5 },
      { type: 'SEARCH' },
      { type: 'CUSTOM' },
      { ...good, placement: 'p'.repeat(101) },
      { ...good, id: 'nul\0', occurredAt: ago(0) },
      { ...good, properties: { text: '\0' } },
      { ...good, properties: { text: 'x'.repeat(5_000) } },
      good,
    ];
    const { accepted, receipt, errors } = await record(visitor, events);
    expect(errors.map(({ index, code, path }) => [index, code, path])).toEqual([
      [1, 'NOT_FOUND', 'productId'],
      [2, 'BAD_USER_INPUT', 'occurredAt'],
      [3, 'BAD_USER_INPUT', 'occurredAt'],
      [4, 'BAD_USER_INPUT', 'quantity'],
      [5, 'BAD_USER_INPUT', 'quantity'],
      [6, 'BAD_USER_INPUT', 'occurredAt'],
      [7, 'FORBIDDEN', 'type'],
      [8, 'FORBIDDEN', 'source'],
      [9, 'FORBIDDEN', 'unitPrice'],
      [10, 'FORBIDDEN', 'customerId'],
      [11, 'BAD_USER_INPUT', 'productId'],
      [12, 'BAD_USER_INPUT', 'rating'],
      [13, 'BAD_USER_INPUT', 'rating'],
      [14, 'BAD_USER_INPUT', 'query'],
      [15, 'BAD_USER_INPUT', 'name'],
      [16, 'BAD_USER_INPUT', 'placement'],
      [17, 'BAD_USER_INPUT', 'id'],
      [18, 'BAD_USER_INPUT', 'properties'],
      [19, 'BAD_USER_INPUT', 'properties'],
    ]);
    expect(accepted).toBe(2);
    const viewed = await visitor.data<ListAnswer>(LIST, {
      input: { intent: 'RECENTLY_VIEWED', awaitReceipt: receipt },
    });
    expect(viewed.recommendations.edges.map((edge) => edge.node.id)).toEqual(['mug']);
  });

  it('returns the same errors for the same batch at POST /events', async () => {
    const post = async (body: unknown, headers: object) => {
      const url = `http://127.0.0.1:${shop.api.port}/events`;
      const init = {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      };
      const response = await fetch(url, init);
      return [response.status, await response.json()];
    };
    const { apiKey, authorization } = visitor.credentials;
    const headers = { 'x-api-key': apiKey, authorization };
    const events = [
      { type: 'VIEW', productId: 'mug' },
      { type: 'STARE', productId: 'mug' },
      { type: 'VIEW', productId: 'none' },
      7,
    ];
    const [status, answer] = await post({ events }, headers);
    expect(status).toBe(200);
    expect(answer).toMatchObject({
      accepted: 1,
      errors: [
        { index: 1, code: 'BAD_USER_INPUT', path: 'type' },
        { index: 2, code: 'NOT_FOUND' },
        { index: 3, code: 'BAD_USER_INPUT' },
      ],
    });
    expect(await post({ events: 1 }, headers)).toMatchObject([
      400,
      { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] },
    ]);
    expect(await post({ events }, {})).toMatchObject([401, { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] }]);
    expect(await post({ events }, { 'x-api-key': apiKey })).toMatchObject([
      401,
      { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    ]);
  });

  it('rejects JSON nested deeper than 32 levels at every entry point', async () => {
    // Written as text, because no release of Node serialises this depth as JSON.
    const event = (levels: number, id: string) =>
      `{"type":"CUSTOM","name":"deep","id":"${id}","occurredAt":"${ago(0)}","customerId":"carol","properties":${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels)}`;
    const events = `[${event(32, 'd32')},${event(33, 'd33')},${event(50_000, 'd50000')}]`;
    const post = async (path: string, body: string) => {
      const headers = { 'content-type': 'application/json', 'x-api-key': String(shop.client.credentials.apiKey) };
      return (await fetch(`http://127.0.0.1:${shop.api.port}${path}`, { method: 'POST', headers, body })).json();
    };
    const message = expect.stringContaining('nested deeper than 32 levels') as string;
    const refused = {
      accepted: 1,
      errors: [1, 2].map((index) => ({ index, code: 'BAD_USER_INPUT', path: 'properties', message })),
    };
    expect(await post('/events', `{"events":${events}}`)).toMatchObject(refused);
    const query = JSON.stringify(
      'mutation ($events: [EventInput!]!) { recordEvents(input: { events: $events }) { accepted errors { index code path message } } }',
    );
    expect(await post('/graphql', `{"query":${query},"variables":{"events":${events}}}`)).toMatchObject({
      data: { recordEvents: refused },
    });

    const folder = await mkdtemp(path.join(tmpdir(), 'freshet-deep-'));
    try {
      const file = path.join(folder, 'events.jsonl');
      await writeFile(file, [event(32, 'i32'), event(33, 'i33'), event(50_000, 'i50000')].join('\n'));
      const { code, output } = await runCommand(shop, ['import', 'events', file, '--json'], { DATA_DIR: folder });
      expect(code).toBe(0);
      expect(JSON.parse(output)).toMatchObject({ lines: 3, imported: 1, rejected: 2 });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('counts characters as people do, in every text', async () => {
    const emoji = (count: number) => '😀'.repeat(count);
    const { startConversation } = await shop.client.data<{ startConversation: { conversation: { id: string } } }>(
      'mutation { startConversation(input: { customerId: "emil" }) { conversation { id } } }',
    );
    const conversationId = startConversation.conversation.id;
    const doors: [door: string, mutation: string, longest: number, inputOf: (text: string) => object][] = [
      [
        'SEARCH',
        'recordEvents',
        500,
        (query) => ({ events: [{ type: 'SEARCH', customerId: 'emil', query, ...now() }] }),
      ],
      ['CUSTOM', 'recordEvents', 100, (name) => ({ events: [{ type: 'CUSTOM', customerId: 'emil', name, ...now() }] })],
      [
        'placement',
        'recordEvents',
        100,
        (placement) => ({ events: [{ type: 'VIEW', customerId: 'emil', productId: 'mug', placement, ...now() }] }),
      ],
      ['customer', 'upsertCustomers', 200, (id) => ({ customers: [{ id }] })],
      ['title', 'upsertProducts', 500, (title) => ({ products: [{ id: 'long', title }] })],
      [
        'category',
        'upsertProducts',
        2_000,
        (name) => ({ products: [{ id: 'long', title: 'Long', categories: [name] }] }),
      ],
      [
        'attributes',
        'upsertCustomers',
        32_768 - '{"a":""}'.length,
        (a) => ({ customers: [{ id: 'emil', attributes: { a } }] }),
      ],
      ['article', 'upsertArticles', 200, (title) => ({ articles: [{ id: 'a', title, body: 'Long' }] })],
      ['example', 'upsertIntentExamples', 500, (text) => ({ examples: [{ text, intent: 'oos' }] })],
      ['message', 'askSupport', 2_000, (text) => ({ conversationId, messageId: String(text.length), text })],
      ['key', 'createApiKey', 100, (name) => ({ scope: 'STOREFRONT', name })],
      ['audience', 'upsertAudience', 100, (name) => ({ id: 'a', name, condition: 'true' })],
      ['suggestion', 'hideSuggestion', 200, (text) => ({ query: `a${text.slice(2)}` })],
      [
        'synonym',
        'upsertSynonyms',
        200,
        (text) => ({ synonyms: [{ id: 's', kind: 'TWO_WAY', words: ['a', `b${text.slice(2)}`] }] }),
      ],
    ];
    const answers: Record<string, unknown> = {};
    const expected: Record<string, unknown> = {};
    for (const [door, mutation, longest, inputOf] of doors) {
      const type = `${mutation[0].toUpperCase()}${mutation.slice(1)}Input!`;
      const errors = /upsert(Articles|Intent|Audience)|ask/.test(mutation) ? 'userErrors' : 'errors';
      const refusals = async (length: number) => {
        const text = `mutation($input: ${type}) { done: ${mutation}(input: $input) { errors: ${errors} { code message } } }`;
        const { done } = await shop.client.data<{ done: { errors: { message: string }[] } }>(text, {
          input: inputOf(emoji(length)),
        });
        return done.errors.map(({ message }) => /\d[\d,]* characters|longer than \d+/.exec(message)?.[0] ?? message);
      };
      answers[door] = [await refusals(longest), (await refusals(longest + 1)).length];
      expected[door] = [[], 1];
    }
    expect(answers).toEqual(expected);
    const search = (query: string) =>
      shop.client.code('query($query: String!) { search(input: { query: $query }) { totalCount } }', { query });
    expect(await search(emoji(4_096))).toBeUndefined();
    expect(await search(emoji(4_097))).toBe('BAD_USER_INPUT');
    const condition = (text: string) =>
      shop.client.code(LIST, { input: { intent: 'POPULAR', filter: `product.title != "${text}"` } });
    const around = 'product.title != ""'.length;
    expect(await condition(emoji(4_096 - around))).toBeUndefined();
    expect(await condition(emoji(4_097 - around))).toBe('BAD_USER_INPUT');
  });

  it('refuses characters that change the direction of text, in every name that the console shows', async () => {
    const controls = [...'\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069'];
    const doors: readonly (readonly [string, string, (name: string) => object])[] = [
      [
        'createApiKey(input: $input) { errors { code path } }',
        'CreateApiKeyInput',
        (name) => ({ scope: 'OPERATOR', name }),
      ],
      [
        'upsertAdvertiser(input: $input) { userErrors { code field } }',
        'UpsertAdvertiserInput',
        (name) => ({ id: 'a', name }),
      ],
      [
        'createCampaign(input: $input) { userErrors { code field } }',
        'CreateCampaignInput',
        (name) => ({
          ...{ id: 'c', advertiserId: 'a', name, timeZone: 'UTC' },
          totalBudget: { amount: '10', currency: 'EUR' },
        }),
      ],
      [
        'renameSegment(input: $input) { userErrors { code field } }',
        'RenameSegmentInput',
        (name) => ({ id: 's', name }),
      ],
      [
        'upsertAudience(input: $input) { userErrors { code field } }',
        'UpsertAudienceInput',
        (name) => ({ id: 'a', name, condition: 'true' }),
      ],
      [
        'upsertArticles(input: $input) { userErrors { code field } }',
        'UpsertArticlesInput',
        (title) => ({ articles: [{ id: 'a', title, body: 'text' }] }),
      ],
      [
        'upsertSynonyms(input: $input) { errors { code path } }',
        'UpsertSynonymsInput',
        (word) => ({ synonyms: [{ id: 's', kind: 'TWO_WAY', words: ['sofa', word] }] }),
      ],
      [
        'upsertMerchandisingRule(input: $input) { errors { code path } }',
        'UpsertMerchandisingRuleInput',
        (query) => ({ id: 'm', queries: [query] }),
      ],
      [
        'createStream(input: $input) { errors { code path } }',
        'CreateStreamInput',
        (id) => ({
          stream: { id, aggregates: [{ name: 'n', kind: 'COUNT' }], window: { kind: 'TUMBLING', size: 'PT1H' } },
        }),
      ],
      [
        'upsertCarrierCodes(input: $input) { userErrors { code field } }',
        'UpsertCarrierCodesInput',
        (carrier) => ({ codes: [{ carrier, code: 'x', type: 'DELIVERED' }] }),
      ],
      [
        'recordEvents(input: $input) { errors { code path } }',
        'RecordEventsInput',
        (placement) => ({ events: [{ ...now(), type: 'VIEW', productId: 'mug', customerId: 'al', placement }] }),
      ],
      [
        'recordOrders(input: $input) { errors { code path } }',
        'RecordOrdersInput',
        (placement) => ({
          orders: [
            {
              id: 'o',
              customerId: 'al',
              placement,
              lines: [{ id: '1', productId: 'mug', quantity: 1, unitPrice: { amount: '1.00', currency: 'EUR' } }],
            },
          ],
        }),
      ],
    ];
    for (const [field, type, inputOf] of doors) {
      const answered = async (name: string) => {
        const { errors, data } = await shop.client.send(`mutation($input: ${type}!) { ${field} }`, {
          input: inputOf(name),
        });
        return JSON.stringify(errors ?? data);
      };
      for (const control of controls)
        expect([field, await answered(`Lamp${control}maker`)]).toEqual([
          field,
          expect.stringContaining('BAD_USER_INPUT'),
        ]);
      expect([field, await answered('Lampmaker')]).toEqual([field, expect.not.stringContaining('BAD_USER_INPUT')]);
    }
    // A name that is an id, too.
    for (const control of controls)
      expect(await shop.client.code(ISSUE_TOKEN, { input: { customerId: `a${control}b` } })).toBe('BAD_USER_INPUT');
    expect(await visitor.code(LIST, { input: { intent: 'POPULAR', placement: 'ho\u202eme' } })).toBe('BAD_USER_INPUT');
  });

  it('accepts 1,000 events and not one more', async () => {
    const events = (n: number) => Array.from({ length: n }, () => ({ type: 'VIEW', productId: 'mug' }));
    expect((await record(visitor, events(1_000))).accepted).toBe(1_000);
    expect(await visitor.code(RECORD, { events: events(1_001) })).toBe('BAD_USER_INPUT');
    expect(await record(visitor, [])).toEqual({ accepted: 0, receipt: null, errors: [] });
  });

  it('accepts past events and unknown products from a back end', async () => {
    const events = [
      {
        type: 'PURCHASE',
        customerId: 'carol',
        productId: 'not-yet',
        id: 'o1:1',
        occurredAt: '1999-12-31T23:59:59Z',
        source: 'ORDERS',
      },
      {
        type: 'PURCHASE',
        customerId: 'carol',
        productId: 'mug',
        id: 'o2:1',
        occurredAt: '1969-12-31T23:59:59Z',
        source: 'ORDERS',
      },
      { type: 'VIEW', productId: 'mug' },
    ];
    const { receipt, errors } = await record(shop.client, events);
    expect(errors.map(({ index, code, path }) => [index, code, path])).toEqual([
      [1, 'BAD_USER_INPUT', 'occurredAt'],
      [2, 'BAD_USER_INPUT', 'customerId'],
    ]);
    const list = (awaitReceipt: string | null) =>
      shop.client.data<ListAnswer>(LIST, { input: { intent: 'BUY_AGAIN', customerId: 'carol', awaitReceipt } });
    expect((await list(receipt)).recommendations.edges).toEqual([]);
    // The event takes effect when the product is created.
    const { upsertProducts } = await shop.client.data<UpsertAnswer>(UPSERT, {
      products: [{ id: 'not-yet', title: 'Now' }],
    });
    const answer = await list(upsertProducts.receipt);
    expect(answer.recommendations.edges.map((edge) => edge.node.id)).toEqual(['not-yet']);
  });

  it('accepts a repeat as done, and rejects other content under the same identity as a CONFLICT', async () => {
    const event = { type: 'VIEW', customerId: 'dora', productId: 'mug', id: 'same', occurredAt: ago(1_000) };
    expect((await record(shop.client, [event, event])).accepted).toBe(2);
    expect(await errorsOf(shop.client, [event, { ...event, type: 'CLICK' }])).toEqual([[1, 'CONFLICT', 'id']]);
    const { receipt } = await record(shop.client, [{ ...event, quantity: 2 }]);
    await shop.client.data(LIST, { input: { intent: 'POPULAR', awaitReceipt: receipt } });
    const { customer } = await shop.client.data<{
      customer: { history: { nodes: { type: string; quantity: number }[] } };
    }>('{ customer(id: "dora") { history { nodes { type quantity } } } }');
    expect(customer.history.nodes).toEqual([{ type: 'VIEW', quantity: 1 }]);
    const rejected = await shop.client.data<{
      rejectedEvents: { nodes: { code: string; event: { id: string; quantity: number } }[] };
    }>('{ rejectedEvents { nodes { code event } } }');
    expect(rejected.rejectedEvents.nodes).toMatchObject([{ code: 'CONFLICT', event: { id: 'same', quantity: 2 } }]);
  });

  it('rejects reads and writes on behalf of another customer', async () => {
    const input = { intent: 'PERSONAL', customerId: 'bob' };
    expect(await alice.code(LIST, { input })).toBe('FORBIDDEN');
    expect(await alice.code(LIST, { input: { intent: 'PERSONAL', sessionId: 'his' } })).toBe('FORBIDDEN');
    const { value } = await alice.subscribe(LIVE, { input }).next();
    expect((value as { errors: { extensions: { code: string } }[] }).errors[0].extensions.code).toBe('FORBIDDEN');
    expect(await alice.code('{ customer(id: "alice") { id } }')).toBe('FORBIDDEN');
    expect(await storefront.code(RECORD, { events: [{ type: 'VIEW', productId: 'mug' }] })).toBe('UNAUTHENTICATED');
    expect(await shop.client.as({}).code(LIST, { input: { intent: 'POPULAR' } })).toBe('UNAUTHENTICATED');
    await alice.close();
  });

  it('reports what is wrong with a list request', async () => {
    const wrong = [
      { intent: 'SIMILAR' },
      { intent: 'SIMILAR', productIds: ['a', 'b'] },
      { intent: 'BASKET', productIds: [] },
      { intent: 'PERSONAL', productIds: ['mug'] },
      { intent: 'POPULAR', exclude: Array.from({ length: 1_001 }, (_, n) => `p${n}`) },
      { intent: 'POPULAR', awaitReceipt: 'nonsense' },
      { intent: 'PERSONAL', customerId: '' },
    ];
    for (const input of wrong)
      expect([input, await shop.client.code(LIST, { input })]).toEqual([input, 'BAD_USER_INPUT']);
    expect(await shop.client.code(LIST, { input: { intent: 'POPULAR' }, first: 101 })).toBe('BAD_USER_INPUT');
    expect(await shop.client.code(LIST, { input: { intent: 'POPULAR' }, first: -1 })).toBe('BAD_USER_INPUT');
    expect(await shop.client.code(LIST, { input: { intent: 'POPULAR' }, after: 'nonsense' })).toBe('BAD_USER_INPUT');
    const unknown = '00000000-0000-4000-8000-000000000000';
    expect(await shop.client.code(LIST, { input: { intent: 'POPULAR', awaitReceipt: unknown } })).toBe('NOT_FOUND');
    expect(await shop.client.code(LIST, { input: { intent: 'POPULAR', awaitReceipt: 'p999999' } })).toBe('TIMEOUT');
  });

  it('upserts products partially, item by item', async () => {
    const upsert = async (products: object[]) =>
      (await shop.client.data<UpsertAnswer>(UPSERT, { products })).upsertProducts;
    const price = (amount: string, currency = 'EUR') => ({ amount, currency });
    const first = await upsert([
      { id: 'pot', title: 'Pot', brand: 'B', price: price('10.50'), updatedAt: ago(2_000) },
      { id: 'untitled' },
      { id: 'pan', title: 'Pan', price: price('-1') },
      { id: 'pan', title: 'Pan', price: price('1'), listPrice: price('2', 'USD') },
      { id: '', title: 'Nameless' },
    ]);
    expect(first.errors.map(({ index, code, path }) => [index, code, path])).toEqual([
      [1, 'BAD_USER_INPUT', 'title'],
      [2, 'BAD_USER_INPUT', 'price.amount'],
      [3, 'BAD_USER_INPUT', 'listPrice.currency'],
      [4, 'BAD_USER_INPUT', 'id'],
    ]);
    expect(first.accepted).toBe(1);
    const second = await upsert([
      { id: 'pot', brand: null, updatedAt: ago(1_000) },
      { id: 'pot', title: 'Old pot', updatedAt: ago(3_000) },
    ]);
    expect(second.errors.map(({ index, code }) => [index, code])).toEqual([[1, 'STALE']]);
    expect(await upsert([{ id: 'pot', title: 'Pot' }])).toMatchObject({ accepted: 1, unchanged: 1 });
    await shop.client.data(LIST, { input: { intent: 'POPULAR', awaitReceipt: second.receipt } });
    expect(await shop.client.data('{ product(id: "pot") { title brand price { amount currency } } }')).toEqual({
      product: { title: 'Pot', brand: null, price: { amount: '10.50', currency: 'EUR' } },
    });
  });
});
