/** Operations with each root field that a storefront key may use: small and large ones. */
import { randomUUID } from 'node:crypto';
import type { CostShop, CustomerVisit } from './cost-shop';

export interface Operation {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

export interface Sample {
  readonly name: string;
  /** Returns the n-th operation. What it asks beforehand is not measured. */
  readonly operation: (shop: CostShop, n: number, visit: CustomerVisit) => Operation | Promise<Operation>;
  /** If each operation takes much to prepare. */
  readonly repeats?: number;
}

const [FEW, FEWER] = [20, 10];
const MONEY = '{ amount currency }';
const PRODUCT = `id title description brand url imageUrls categories attributes availability price ${MONEY} listPrice ${MONEY}
  rating groupId language publishedAt updatedAt`;
const SHIPMENT = `id carrier service status statusAt place kind isLate isStuck promisedAt deliveredAt trackingNumber
  origin { name country } destination { country postcodePrefix } scans { id type occurredAt place rawCode isContradiction }
  estimate { earliest latest median }`;
const ORDER = `id status placedAt paymentState total ${MONEY} subtotal ${MONEY} charged ${MONEY} due ${MONEY}
  lines { id productId quantity unitPrice ${MONEY} amount ${MONEY} product { id title url imageUrls } } history { status occurredAt }
  payments { id kind amount ${MONEY} } shipments { ${SHIPMENT} }`;
const MESSAGE = `id messageId author operatorName text sentAt awaitsAnswer outcome choices { id text }
  actions { id kind label state } sources { objectId field value text }
  quotes { articleId title url } helpful cards { __typename ... on Order { id status } ... on Product { ${PRODUCT} } }`;
const CONVERSATION = 'id status revision messageCount';

const all = <T>(count: number, item: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => item(n));
/** Texts are searched for in every product, numbers and brands are compared by columns. */
const longFilter = (n: number, term: (at: number) => string) => all(50, (at) => term(at + n)).join(' || ');
const inTitles = (at: number) => `product.title.contains('x${at}y${at}') && product.price > ${at}.0`;
const byColumns = (at: number) => `product.brand == 'the brand x${at}' && product.price > ${at}.0`;
const listFilter = (n: number) => ({
  filter: 'product.title in vars.a || product.brand in vars.b',
  filterVariables: { a: all(900, (at) => `title ${n} ${at}`), b: all(900, (at) => `brand ${n} ${at}`) },
});
const FACETS = [{ field: 'brand' }, { field: 'categories' }, { field: 'price', interval: 50 }];
/** Makes an input differ from all others, so that no answer comes from a cache. */
const other = (n: number) => ({ language: `en-${n}` });

const products =
  'query($first: Int, $f: String, $v: JSONObject, $after: String) { products(first: $first, filter: $f, filterVariables: $v, after: $after)';
const list = (fields: string) =>
  `query($i: RecommendationsInput!, $n: Int) { recommendations(input: $i, first: $n) { ${fields} } }`;
const rails = (fields: string) =>
  `query($i: [RecommendationsInput!]!) { recommendationRails(inputs: $i, first: 10) { nodes { ${fields} } } }`;
const search = (fields: string) => `query($i: SearchInput!, $n: Int) { search(input: $i, first: $n) { ${fields} } }`;
const FOUND = `totalCount facets { field values { value count } ranges { from to count } } edges { node { ${PRODUCT} } highlights { field fragments { text matched } } }`;
const ads =
  'query($i: AdsInput!) { ads(input: $i) { id products { slot advertiserName token product { id title } } } }';
const ESTIMATE =
  'query($ids: [ID!]!, $d: AddressInput!) { deliveryEstimate(productIds: $ids, destination: $d) { earliest latest median } }';
const destination = (n: number) => ({ country: 'DE', postcode: String(10_000 + (n % 80_000)) });
const events = (shop: CostShop, count: number) => ({
  query: 'mutation($e: [EventInput!]!) { recordEvents(input: { events: $e }) { accepted errors { code } } }',
  variables: { e: all(count, () => ({ type: 'VIEW', productId: shop.product() })) },
});
const ask = (conversationId: string, text: string): Operation => ({
  query: `mutation($i: AskSupportInput!) { askSupport(input: $i) { conversation { ${CONVERSATION} } message { ${MESSAGE} } answer { ${MESSAGE} } userErrors { code } } }`,
  variables: { i: { conversationId, messageId: randomUUID(), text } },
});
/** Starts a conversation and returns the ids in the answer to its first message. */
async function asked(
  shop: CostShop,
  visit: CustomerVisit,
  text: string,
  pattern: RegExp,
): Promise<{ id: string; found: string }> {
  const id = await shop.startConversation(visit);
  const answer = await shop.ask(ask(id, text), visit);
  const found = pattern.exec(answer)?.[1];
  if (found === undefined) throw new Error(`"${text}" was answered with ${answer.slice(0, 1_000)}`);
  return { id, found };
}
const ANSWER_ID = /"answer":\{"id":"([^"]+)"/;
const ACTION_ID = /"actions":\[\{"id":"([^"]+)"/;

/** By the names of root fields, such as `Query.product`. */
export const SAMPLES: Readonly<Record<string, readonly Sample[]>> = {
  'Query.viewer': [
    { name: 'scope', operation: () => ({ query: '{ viewer { scope } }' }) },
    {
      name: 'behaviour',
      operation: () => ({
        query: '{ viewer { scope customerId behaviour { behaviour purchaseProbability explanation } } }',
      }),
    },
  ],
  'Query.product': [
    {
      name: 'title',
      operation: (shop) => ({
        query: 'query($id: ID!) { product(id: $id) { id title } }',
        variables: { id: shop.product() },
      }),
    },
    {
      name: 'all fields, variants',
      operation: (shop) => ({
        query: `query($id: ID!) { product(id: $id) { ${PRODUCT} variants { ${PRODUCT} } } }`,
        variables: { id: shop.product() },
      }),
    },
  ],
  'Query.products': [
    { name: 'first 1', operation: () => ({ query: `${products} { nodes { id } } }`, variables: { first: 1 } }) },
    {
      name: 'first 100, all fields',
      operation: () => ({ query: `${products} { nodes { ${PRODUCT} } } }`, variables: { first: 100 } }),
    },
    {
      name: 'first 50, variants',
      operation: () => ({
        query: `${products} { nodes { ${PRODUCT} variants { id title url availability price ${MONEY} } } } }`,
        variables: { first: 50 },
      }),
    },
    {
      name: 'a filter that none passes',
      operation: (_, n) => ({
        query: `${products} { nodes { id } } }`,
        variables: { first: 1, f: `product.price > ${1_000_000 + n}.0` },
      }),
    },
    {
      name: 'lists of 900 in variables',
      operation: (_, n) => {
        const { filter, filterVariables } = listFilter(n);
        return { query: `${products} { nodes { id } } }`, variables: { first: 1, f: filter, v: filterVariables } };
      },
    },
    {
      name: 'a filter of 2,800 characters',
      operation: (_, n) => ({
        query: `${products} { nodes { id } } }`,
        variables: { first: 1, f: longFilter(n, inTitles) },
      }),
    },
  ],
  'Query.deliveryEstimate': [1, 10, 100].map((count) => ({
    name: `${count} products`,
    operation: (shop: CostShop, n: number) => ({
      query: ESTIMATE,
      variables: { ids: shop.products(count), d: destination(n) },
    }),
  })),
  'Query.shipment': [
    {
      name: 'status',
      operation: (_, _n, visit) => ({
        query: 'query($id: ID!) { shipment(id: $id) { id status } }',
        variables: { id: visit.shipmentId },
      }),
    },
    {
      name: 'all fields',
      operation: (_, _n, visit) => ({
        query: `query($id: ID!) { shipment(id: $id) { ${SHIPMENT} order { ${ORDER} } } }`,
        variables: { id: visit.shipmentId },
      }),
    },
  ],
  'Query.order': [
    {
      name: 'status',
      operation: (_, _n, visit) => ({
        query: 'query($id: ID!) { order(id: $id) { id status } }',
        variables: { id: visit.orderId },
      }),
    },
    {
      name: 'all fields',
      operation: (_, _n, visit) => ({
        query: `query($id: ID!) { order(id: $id) { ${ORDER} } }`,
        variables: { id: visit.orderId },
      }),
    },
  ],
  'Query.orders': [
    { name: 'first 1', operation: () => ({ query: '{ orders(first: 1) { nodes { id status } } }' }) },
    { name: 'first 10, all fields', operation: () => ({ query: `{ orders(first: 10) { nodes { ${ORDER} } } }` }) },
  ],
  'Query.recommendations': [
    {
      name: 'PERSONAL, first 10',
      operation: (_, n) => ({
        query: list('nodes { id title brand categories url }'),
        variables: { n: 10, i: { intent: 'PERSONAL', exclude: [`x${n}`] } },
      }),
    },
    {
      name: 'BASKET of 100, first 100',
      operation: (shop) => ({
        query: list(`edges { rank score node { ${PRODUCT} } reasons { source text } }`),
        variables: { n: 100, i: { intent: 'BASKET', productIds: shop.products(100) } },
      }),
    },
    {
      name: 'sponsored, first 1',
      operation: (_, n) => ({
        query: list('nodes { id } sponsored { products { product { id } } }'),
        variables: { n: 1, i: { intent: 'PERSONAL', placement: 'home', exclude: [`x${n}`] } },
      }),
    },
    {
      name: 'lists of 900 in variables',
      operation: (_, n) => ({
        query: list('nodes { id }'),
        variables: { n: 10, i: { intent: 'POPULAR', ...listFilter(n) } },
      }),
    },
  ],
  'Query.recommendationRails': [
    {
      name: '1 list of 10',
      operation: (_, n) => ({
        query: rails('id title'),
        variables: { i: [{ intent: 'PERSONAL', exclude: [`x${n}`] }] },
      }),
    },
    {
      name: '20 lists of 10, all fields',
      operation: (shop, n) => ({
        query: rails(PRODUCT),
        variables: {
          i: all(20, (at) =>
            at % 2 === 0
              ? { intent: 'SIMILAR', productIds: [shop.product()] }
              : { intent: 'PERSONAL', exclude: [`x${n}`] },
          ),
        },
      }),
    },
    {
      name: '15 baskets of 100',
      operation: (shop) => ({
        query: rails('id title'),
        variables: { i: all(15, () => ({ intent: 'BASKET', productIds: shop.products(100) })) },
      }),
    },
  ],
  'Query.search': [
    {
      name: 'words, first 10',
      operation: (shop, n) => ({
        query: search('totalCount nodes { id title }'),
        variables: { n: 10, i: { query: shop.words(n), ...other(n) } },
      }),
    },
    {
      name: 'words, three facets, first 100',
      operation: (shop, n) => ({
        query: search(FOUND),
        variables: { n: 100, i: { query: shop.words(n), facets: FACETS, ...other(n) } },
      }),
    },
    {
      name: 'browsing, first 5',
      operation: (_, n) => ({ query: search('totalCount nodes { id title }'), variables: { n: 5, i: other(n) } }),
    },
    {
      name: 'browsing, three facets',
      operation: (_, n) => ({
        query: search(FOUND),
        variables: { n: 20, i: { facets: FACETS, sort: 'PRICE_ASC', ...other(n) } },
      }),
    },
    {
      name: '4,096 characters',
      operation: (shop, n) => ({
        query: search('totalCount nodes { id }'),
        variables: {
          n: 5,
          i: {
            query: all(1_000, (at) => shop.words(n + at))
              .join(' ')
              .slice(0, 4_096),
          },
        },
      }),
    },
    {
      name: 'a filter of 2,800 characters',
      operation: (_, n) => ({
        query: search('totalCount nodes { id }'),
        variables: { n: 5, i: { filter: longFilter(n, byColumns) } },
      }),
    },
    {
      name: 'sponsored, first 1',
      operation: (shop, n) => ({
        query: search('nodes { id } sponsored { products { product { id } } }'),
        variables: { n: 1, i: { query: shop.words(n), placement: 'search', ...other(n) } },
      }),
    },
    {
      name: 'articles',
      operation: (_, n) => ({
        query: search('totalCount articles { title passage url }'),
        variables: { n: 1, i: { query: 'return policy', ...other(n) } },
      }),
    },
  ],
  'Query.suggest': [
    {
      name: 'a letter',
      operation: (shop, n) => ({
        query: 'query($i: SuggestInput!) { suggest(input: $i) { kind text } }',
        variables: { i: { query: shop.words(n).slice(0, 1), ...other(n) } },
      }),
    },
    {
      name: 'words, first 10, products',
      operation: (shop, n) => ({
        query: `query($i: SuggestInput!) { suggest(input: $i) { kind text count fragments { text matched } product { ${PRODUCT} } } }`,
        variables: { i: { query: shop.words(n), first: 10, ...other(n) } },
      }),
    },
  ],
  'Query.ads': [
    { name: 'a page without products', operation: () => ({ query: ads, variables: { i: { placement: 'home' } } }) },
    {
      name: '100 products',
      operation: (shop) => ({ query: ads, variables: { i: { placement: 'home', productIds: shop.products(100) } } }),
    },
    {
      name: 'a search',
      operation: (shop, n) => ({ query: ads, variables: { i: { placement: 'search', query: shop.words(n) } } }),
    },
  ],
  'Query.conversation': [
    {
      name: 'status',
      operation: (shop, _, visit) =>
        shop
          .startConversation(visit)
          .then((id) => ({ query: 'query($id: ID!) { conversation(id: $id) { id status } }', variables: { id } })),
      repeats: FEW,
    },
    {
      name: '5 messages and answers',
      operation: async (shop, _, visit) => {
        const id = await shop.startConversation(visit);
        for (let n = 0; n < 5; n++) await shop.ask(ask(id, 'Where is my order?'), visit);
        return {
          query: `query($id: ID!) { conversation(id: $id) { ${CONVERSATION} messages { ${MESSAGE} } } }`,
          variables: { id },
        };
      },
      repeats: FEWER,
    },
  ],
  'Mutation.startSession': [
    { name: 'a visit', operation: () => ({ query: 'mutation { startSession { token sessionId expiresAt } }' }) },
  ],
  'Mutation.recordEvents': [1, 100, 1_000].map((count) => ({
    name: `${count} events`,
    operation: (shop: CostShop) => events(shop, count),
  })),
  'Mutation.startConversation': [
    {
      name: 'a conversation',
      operation: () => ({
        query: `mutation { startConversation(input: {}) { conversation { ${CONVERSATION} } userErrors { code } } }`,
      }),
      repeats: FEW,
    },
  ],
  'Mutation.askSupport': [
    {
      name: 'a greeting',
      operation: async (shop, _, visit) => ask(await shop.startConversation(visit), 'Hello'),
      repeats: FEW,
    },
    {
      name: 'where is my order',
      operation: async (shop, _, visit) => ask(await shop.startConversation(visit), 'Where is my order?'),
      repeats: FEW,
    },
    {
      name: '2,000 characters',
      operation: async (shop, n, visit) =>
        ask(
          await shop.startConversation(visit),
          `${all(60, (at) => `My aunt saw the ${shop.words(n + at)}.`)
            .join(' ')
            .slice(0, 1_980)} Where is it?`,
        ),
      repeats: FEW,
    },
  ],
  'Mutation.handOffConversation': [
    {
      name: 'a conversation',
      operation: async (shop, _, visit) => ({
        query: `mutation($id: ID!) { handOffConversation(input: { conversationId: $id }) { conversation { ${CONVERSATION} } userErrors { code } } }`,
        variables: { id: await shop.startConversation(visit) },
      }),
      repeats: FEW,
    },
  ],
  'Mutation.setSupportReplyAddress': [
    {
      name: 'an address',
      operation: async (shop, _, visit) => ({
        query: `mutation($id: ID!) { setSupportReplyAddress(input: { conversationId: $id, email: "mia@example.com" }) { conversation { ${CONVERSATION} } userErrors { code } } }`,
        variables: { id: await shop.startConversation(visit) },
      }),
      repeats: FEW,
    },
  ],
  'Mutation.rateAnswer': [
    {
      name: 'an answer',
      operation: async (shop, _, visit) => ({
        query: `mutation($id: ID!) { rateAnswer(input: { answerId: $id, helpful: true }) { conversation { ${CONVERSATION} } userErrors { code } } }`,
        variables: { id: (await asked(shop, visit, 'Hello', ANSWER_ID)).found },
      }),
      repeats: FEW,
    },
  ],
  'Mutation.requestSupportAction': [
    {
      name: 'a cancellation',
      operation: async (shop, _, visit) => {
        const { id, found } = await asked(
          shop,
          visit,
          `I want to cancel order ${await shop.placeOrder(visit)}`,
          ACTION_ID,
        );
        return {
          query: `mutation($c: ID!, $a: ID!) { requestSupportAction(input: { conversationId: $c, actionId: $a }) { conversation { ${CONVERSATION} } message { ${MESSAGE} } userErrors { code } } }`,
          variables: { c: id, a: found },
        };
      },
      repeats: FEWER,
    },
  ],
};
