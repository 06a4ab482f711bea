import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { buildSchema, isObjectType } from 'graphql';
import { defineAds, eur, type AdMutation, type ShownSponsored } from '../../setup/ad-operations';
import { connectPostgres } from '../../../src/platform/postgres';
import type { GraphqlClient } from '../../setup/graphql-client';
import { purchaseOf, recordAll, refreshModel } from '../../setup/model-operations';
import {
  CREATE_KEY,
  ISSUE_TOKEN,
  LIST,
  RECORD,
  UPSERT,
  type CreateKeyAnswer,
  type IssueTokenAnswer,
  type RecordAnswer,
} from '../../setup/operations';
import { startApi, startWorker, type ShopProcess } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { CREATE_STREAM, WINDOWS } from '../../setup/stream-operations';
import { ASK_SUPPORT, START_CONVERSATION } from '../../setup/support-operations';
import { until } from '../../setup/until';

const ROOT = path.join(__dirname, '../../..');
const DAY = 86_400_000;
const PRODUCTS = ['kettle', 'lamp'].flatMap((kind) =>
  Array.from({ length: 6 }, (_, n) => ({
    id: `${kind}-${n}`,
    title: `Steel ${kind} ${n}`,
    categories: [kind],
    price: eur(`${10 + n}.00`),
  })),
);
/** As in the test of segments: groups of customers with clearly different purchases. */
const GROUPS = [
  { name: 'weekly', everyDays: 7, price: 40, orders: 12, lastDaysAgo: 2 },
  { name: 'monthly', everyDays: 30, price: 200, orders: 6, lastDaysAgo: 10 },
  { name: 'lapsed', everyDays: 30, price: 15, orders: 3, lastDaysAgo: 250 },
  { name: 'once', everyDays: 1, price: 5, orders: 1, lastDaysAgo: 60 },
];
const GROUP_SIZE = 30;

/** The root fields that answer nothing that is derived from one person's events, and `segmentChanged`, which sends the exit. */
const WITHOUT_PROFILES = new Set(
  `adDecision adDefinitionChanges adPlacements advertisers alertRules alertWebhooks alerts analyze anomalies apiKeys
  articles attributedLines attributedRevenue bestSellers businessReport campaigns carrierCodes conversation
  conversations deliveryAccuracy deliveryDays deliveryEstimate forecast hiddenSuggestions inboxBatches intentExamples
  job merchandisingRules model models order orderRequest orderRequests orders personalData placements previewAlertRule
  product products rejectedEvents revenueForecast searchReport shipment shipments starterSynonyms stream streams suggest
  supportIntents supportReviews synonymSuggestions synonyms system
  alertUpdated businessReportUpdated conversationUpdated jobProgress modelUpdated orderUpdated searchReportUpdated
  segmentChanged shipmentUpdated systemUpdated windowUpdated`.split(/\s+/),
);
/** The fields of types about persons and profiles that are records, definitions or figures of a whole fit. */
const RECORDS = new Set(
  `Customer.attributes Customer.createdAt Customer.history Customer.id Customer.profiling Customer.updatedAt
  Viewer.customerId Viewer.orderId Viewer.scope Viewer.sessionId Viewer.tokenExpiresAt
  Segment.description Segment.figures Segment.generatedName Segment.id Segment.name
  SegmentSizes.asOf SegmentSizes.fittedAt SegmentSizes.stabilityIndex
  Audience.condition Audience.id Audience.name Audience.progress Audience.updatedAt`.split(/\s+/),
);
const PERSONAL_TYPES = ['Customer', 'Viewer', 'Segment', 'SegmentSizes', 'Audience'];
/** The files that read profiles, or the events of one person to derive something from them. */
const READERS = {
  // Deleted with the opt-out, or joined with `customers.profiling`.
  'customer_profiles|profile_changes': [
    'src/ads/report/conversions.store.ts',
    'src/customers/audiences/audience-membership.store.ts',
    'src/customers/backlog.ts',
    'src/customers/gauges.store.ts',
    'src/customers/gauges.ts',
    'src/customers/profiles/profile-export.store.ts',
    'src/customers/profiles/profile.store.ts',
    'src/customers/profiles/segment-change.store.ts',
    'src/customers/segments/segment-export.store.ts',
    'src/customers/segments/segment.store.ts',
    'src/customers/tables.ts',
    'src/events/segment-history.store.ts',
    'src/webhooks/delivery.store.ts',
  ],
  'readHistory\\(': ['src/customers/histories.read-model.ts', 'src/events/log-reader.store.ts'],
  // What the person has viewed, as it is recorded.
  '\\b(getRecord|peekRecord)\\(': [
    'src/customers/histories.read-model.ts',
    'src/recommend/serving/recommendation.service.ts',
  ],
  'readSubjectEvents\\(': [
    'src/customers/behaviour/sessions.read-model.ts',
    'src/customers/behaviour/visitors.store.ts',
  ],
};

interface Door {
  /** Returns what the door answers about a customer. */
  readonly read: (customerId: string) => Promise<unknown>;
  /** What it answers after an opt-out. Default: what it answers about a customer without events. */
  readonly without?: (before: unknown) => unknown;
}
const nothing = () => null;
const oneFewer = (before: unknown) => (before as number) - 1;

describe('an opt-out of profiling', () => {
  let shop: TestNamespace;
  let api: Awaited<ReturnType<typeof startApi>>;
  let worker: ShopProcess;
  let client: GraphqlClient;
  let apiKey: string;
  let segmentId: string;
  const now = Date.now();

  const nodesOf = ({ nodes }: { nodes: readonly { id: string }[] }) => nodes.map(({ id }) => id);
  const listed = (input: object) => async (customerId: string) =>
    nodesOf(
      (
        await client.data<{ list: { nodes: { id: string }[] } }>(
          'query ($input: RecommendationsInput!) { list: recommendations(input: $input, first: 12) { nodes { id } } }',
          { input: { ...input, customerId } },
        )
      ).list,
    );
  const railed = async (customerId: string) => {
    const inputs = ['PERSONAL', 'BUY_AGAIN', 'NEW'].map((intent) => ({ intent, customerId }));
    const { rails } = await client.data<{ rails: { nodes: { id: string }[] }[] }>(
      'query ($inputs: [RecommendationsInput!]!) { rails: recommendationRails(inputs: $inputs, first: 4) { nodes { id } } }',
      { inputs },
    );
    return rails.map(nodesOf);
  };
  const searched = (input: object) => async (customerId: string) => {
    const { search } = await client.data<{
      search: { edges: { node: { id: string }; reasons: { source: string }[] }[] };
    }>(
      'query ($input: SearchInput!) { search(input: $input, first: 12) { edges { node { id } reasons { source } } } }',
      { input: { ...input, customerId } },
    );
    return search.edges.map(({ node, reasons }) => [node.id, reasons.map(({ source }) => source)]);
  };
  const advertised = (input: object) => async (customerId: string) => {
    const { ads } = await client.data<{ ads: { products: ShownSponsored[] } }>(
      'query ($input: AdsInput!) { ads(input: $input) { products { product { id } } } }',
      { input: { placement: 'home', ...input, customerId } },
    );
    return ads.products.map(({ product }) => product.id);
  };
  const sponsored = (field: string, type: string, input: object) => async (customerId: string) => {
    const { list } = await client.data<{ list: { sponsored: { products: ShownSponsored[] } } }>(
      `query ($input: ${type}!) { list: ${field}(input: $input, first: 1) { sponsored { products { product { id } } } } }`,
      { input: { placement: 'home', ...input, customerId } },
    );
    return list.sponsored.products.map(({ product }) => product.id);
  };
  const ofCustomer = (field: string) => async (id: string) =>
    (
      await client.data<{ customer: { it: unknown } | null }>(
        `query ($id: ID!) { customer(id: $id) { it: ${field} } }`,
        {
          id,
        },
      )
    ).customer?.it ?? null;
  const ofSegment = async <T>(field: string) =>
    (
      await client.data<{ segment: { it: T } }>(`query ($id: ID!) { segment(id: $id) { it: ${field} } }`, {
        id: segmentId,
      })
    ).segment.it;
  const figure =
    <T>(query: string, pick: (answer: T) => unknown, variables: () => Record<string, unknown> = () => ({})) =>
    async () =>
      pick(await client.data<T>(query, variables()));
  /** Returns what a subscription sends first. */
  const first =
    (query: string, pick: (answer: never) => unknown, variables: (id: string) => Record<string, unknown>) =>
    async (id: string) => {
      const live = client.subscribe<{ data: never }>(query, variables(id));
      const { value } = await live.next();
      await live.return?.();
      return pick((value as { data: never }).data);
    };
  const behaviourOfViewer = async (customerId: string) => {
    const { issueCustomerToken } = await client.data<IssueTokenAnswer>(ISSUE_TOKEN, { input: { customerId } });
    const viewer = client.as({ apiKey, authorization: `Bearer ${issueCustomerToken.token}` });
    const answer = await viewer.data<{ viewer: { behaviour: { source: string } | null } }>(
      '{ viewer { behaviour { source } } }',
    );
    return answer.viewer.behaviour;
  };
  let conversations = 0;
  /** Returns the order of the products that an automatic answer shows. */
  const answered = async (customerId: string) => {
    const { startConversation } = await client.data<{ startConversation: { conversation: { id: string } } }>(
      START_CONVERSATION,
      { input: { customerId } },
    );
    const conversationId = startConversation.conversation.id;
    const { askSupport } = await client.data<{ askSupport: { answer: { cards: { id: string }[] } | null } }>(
      ASK_SUPPORT.replaceAll('... on Order { id }', '... on Order { id } ... on Product { id }'),
      { input: { conversationId, messageId: `m-${++conversations}`, text: 'Do you have something of steel?' } },
    );
    return askSupport.answer?.cards.map(({ id }) => id);
  };
  const windowsBySegment = async () => {
    const variables = { input: { stream: 'by-segment', from: at(-2), to: at(1) }, first: 100 };
    const { windows } = await client.data<{ windows: { keys: string[]; events: number }[] }>(WINDOWS, variables);
    return windows.reduce((sum, { keys, events }) => sum + (keys[0] === segmentId ? events : 0), 0);
  };
  const at = (days: number) => new Date(now + days * DAY).toISOString();
  const BY_SEGMENT = `query ($from: DateTime!, $to: DateTime!) {
    campaign(id: "lamp-0") { figuresBySegment(from: $from, to: $to) { segmentId impressions } } }`;
  interface BySegment {
    readonly campaign: { readonly figuresBySegment: readonly { segmentId: string; impressions: number }[] };
  }

  const DOORS: Readonly<Record<string, Door>> = {
    'Query.recommendations': { read: listed({ intent: 'PERSONAL' }) },
    'Query.recommendations BUY_AGAIN': { read: listed({ intent: 'BUY_AGAIN' }) },
    'Query.recommendations by the segment': {
      read: listed({ intent: 'POPULAR', filter: "customer.segment != 'NEW'" }),
    },
    'Query.recommendationRails': { read: railed },
    'Query.search': { read: searched({ query: 'steel' }) },
    'Query.search without words': { read: searched({}) },
    'Query.ads': { read: advertised({}) },
    'Query.ads of a query': { read: advertised({ query: 'steel' }) },
    'ProductSearchConnection.sponsored': { read: sponsored('search', 'SearchInput', { query: 'steel' }) },
    'RecommendationConnection.sponsored': {
      read: sponsored('recommendations', 'RecommendationsInput', { intent: 'PERSONAL' }),
    },
    'Mutation.askSupport': { read: answered },
    'Query.viewer': { read: behaviourOfViewer },
    'Viewer.behaviour': { read: behaviourOfViewer },
    'Query.customer': { read: ofCustomer('segment { id }'), without: nothing },
    'Query.customers': {
      read: async (id) => {
        const { customers } = await client.data<{ customers: { nodes: { id: string; segment: object }[] } }>(
          'query ($id: String!) { customers(idPrefix: $id) { nodes { id segment { id } predictions { asOf } } } }',
          { id },
        );
        return customers.nodes.find((node) => node.id === id)?.segment ?? null;
      },
      without: nothing,
    },
    'Customer.segment': { read: ofCustomer('segment { id }'), without: nothing },
    'Customer.segmentSince': { read: ofCustomer('segmentSince'), without: nothing },
    'Customer.predictions': { read: ofCustomer('predictions { purchaseProbability }'), without: nothing },
    'Customer.behaviour': { read: ofCustomer('behaviour { source }'), without: nothing },
    'Customer.audiences': { read: ofCustomer('audiences { id }'), without: () => [] },
    'Query.segments': {
      read: figure<{ segments: { size: number }[] }>('{ segments { size } }', ({ segments }) =>
        segments.reduce((sum, { size }) => sum + size, 0),
      ),
      without: oneFewer,
    },
    'Query.segment': { read: () => ofSegment('size'), without: oneFewer },
    'Segment.size': { read: () => ofSegment('size'), without: oneFewer },
    'Segment.members': {
      read: async (id) => nodesOf(await ofSegment('members(first: 100) { nodes { id } }')).includes(id),
      without: () => false,
    },
    'Segment.changes': {
      read: async (id) => {
        const { nodes } = await ofSegment<{ nodes: { customerId: string }[] }>(
          'changes(first: 100) { nodes { customerId } }',
        );
        return nodes.some(({ customerId }) => customerId === id);
      },
      without: () => false,
    },
    'Segment.sizes': {
      read: async () => (await ofSegment<{ size: number }[]>('sizes { size }')).at(-1)!.size,
      without: oneFewer,
    },
    'SegmentSizes.segments': {
      read: figure<{ segmentSizes: { segments: { size: number }[] } }>(
        '{ segmentSizes { segments { size } } }',
        ({ segmentSizes }) => segmentSizes.segments.reduce((sum, { size }) => sum + size, 0),
      ),
      without: oneFewer,
    },
    'Query.segmentSizes': {
      read: figure<{ segmentSizes: { customers: number } }>(
        '{ segmentSizes { customers } }',
        ({ segmentSizes }) => segmentSizes.customers,
      ),
      without: oneFewer,
    },
    'SegmentSizes.customers': {
      read: figure<{ segmentSizes: { customers: number } }>(
        '{ segmentSizes { customers } }',
        ({ segmentSizes }) => segmentSizes.customers,
      ),
      without: oneFewer,
    },
    'Query.audiences': {
      read: figure<{ audiences: { size: number }[] }>('{ audiences { size } }', ({ audiences }) => audiences[0].size),
      without: oneFewer,
    },
    'Query.audience': {
      read: figure<{ audience: { size: number } }>(
        '{ audience(id: "known") { size } }',
        ({ audience }) => audience.size,
      ),
      without: oneFewer,
    },
    'Audience.size': {
      read: figure<{ audience: { size: number } }>(
        '{ audience(id: "known") { size } }',
        ({ audience }) => audience.size,
      ),
      without: oneFewer,
    },
    'Audience.members': {
      read: async (id) => {
        const { audience } = await client.data<{ audience: { members: { nodes: { id: string }[] } } }>(
          '{ audience(id: "known") { members(first: 100) { nodes { id } } } }',
        );
        return nodesOf(audience.members).includes(id);
      },
      without: () => false,
    },
    'Query.campaign': {
      read: figure<BySegment>(
        BY_SEGMENT,
        ({ campaign }) => campaign.figuresBySegment.find((group) => group.segmentId === segmentId)?.impressions,
        () => ({ from: at(-1), to: at(1) }),
      ),
      without: oneFewer,
    },
    'Query.windows': { read: windowsBySegment, without: oneFewer },
    'Subscription.recommendationsUpdated': {
      read: first(
        'subscription ($input: RecommendationsInput!) { recommendationsUpdated(input: $input) { nodes { id } } }',
        ({ recommendationsUpdated }: { recommendationsUpdated: { nodes: { id: string }[] } }) =>
          nodesOf(recommendationsUpdated),
        (customerId) => ({ input: { intent: 'PERSONAL', customerId } }),
      ),
    },
    'Subscription.searchUpdated': {
      read: first(
        'subscription ($input: SearchInput!) { searchUpdated(input: $input) { nodes { id } } }',
        ({ searchUpdated }: { searchUpdated: { nodes: { id: string }[] } }) => nodesOf(searchUpdated),
        (customerId) => ({ input: { query: 'steel', customerId } }),
      ),
    },
    'Subscription.customerUpdated': {
      read: async (id) =>
        id === STRANGER
          ? undefined
          : first(
              'subscription ($id: ID!) { customerUpdated(id: $id) { segment { id } predictions { asOf } behaviour { source } } }',
              ({ customerUpdated }: { customerUpdated: object }) => customerUpdated,
              () => ({ id }),
            )(id),
      without: () => ({ segment: null, predictions: null, behaviour: null }),
    },
    'Subscription.segmentSizesUpdated': {
      read: first(
        'subscription { segmentSizesUpdated { customers } }',
        ({ segmentSizesUpdated }: { segmentSizesUpdated: { customers: number } }) => segmentSizesUpdated.customers,
        () => ({}),
      ),
      without: oneFewer,
    },
    'Subscription.audienceUpdated': {
      read: first(
        'subscription { audienceUpdated(id: "known") { size } }',
        ({ audienceUpdated }: { audienceUpdated: { size: number } }) => audienceUpdated.size,
        () => ({}),
      ),
      without: oneFewer,
    },
    'Subscription.campaignUpdated': {
      read: first(
        BY_SEGMENT.replace('query', 'subscription').replace('campaign(', 'campaign: campaignUpdated('),
        ({ campaign }: BySegment) =>
          campaign.figuresBySegment.find((group) => group.segmentId === segmentId)?.impressions,
        () => ({ from: at(-1), to: at(1) }),
      ),
      without: oneFewer,
    },
  };
  /** The customer who opts out, and one without events. */
  const PERSON = 'person';
  const STRANGER = 'stranger';

  const optOut = (id: string, profiling = false) =>
    client.data(
      `mutation ($customers: [CustomerInput!]!) { upsertCustomers(input: { customers: $customers }) { errors { message } } }`,
      { customers: [{ id, profiling }] },
    );

  /** Records events, and waits until lists reflect them. */
  const record = async (events: readonly object[]) => {
    const { recordEvents } = await client.data<RecordAnswer>(RECORD, { events });
    expect(recordEvents.errors).toEqual([]);
    await client.data(LIST, { input: { intent: 'POPULAR', awaitReceipt: recordEvents.receipt } });
  };

  beforeAll(async () => {
    shop = await testNamespace();
    worker = startWorker(shop);
    api = await startApi(shop, { AD_CONSENT_ATTRIBUTE: 'adConsent' });
    client = api.client;
    const key = { input: { scope: 'STOREFRONT', name: 'shop' } };
    apiKey = (await client.data<CreateKeyAnswer>(CREATE_KEY, key)).createApiKey.secret;
    await client.data(UPSERT, { products: [...PRODUCTS, { id: 'mug', title: 'Mug', price: eur('12') }] });
    await client.data(
      `mutation ($customers: [CustomerInput!]!) { upsertCustomers(input: { customers: $customers }) { errors { message } } }`,
      {
        customers: [PERSON, STRANGER, ...Array.from({ length: 10 }, (_, n) => `weekly-${n}`)].map((id) => ({
          id,
          attributes: { adConsent: true },
        })),
      },
    );
    const ordersOf = (customerId: string, { everyDays, price, orders, lastDaysAgo }: (typeof GROUPS)[number]) =>
      Array.from({ length: orders }, (_, n) =>
        purchaseOf(customerId, `${customerId}-${n}`, price + (n % 5), now - (lastDaysAgo + n * everyDays) * DAY),
      );
    const views = (sessions: number, kind: string) =>
      Array.from({ length: sessions }, (_, n) =>
        Array.from({ length: 6 }, (__, m) => ({ type: 'VIEW', productId: `${kind}-${m}`, sessionId: `${kind}-${n}` })),
      ).flat();
    await recordAll(client, [
      ...views(30, 'kettle'),
      ...views(5, 'lamp'),
      ...GROUPS.flatMap((group) =>
        Array.from({ length: GROUP_SIZE }, (_, n) => ordersOf(`${group.name}-${n}`, group)).flat(),
      ),
      ...ordersOf(PERSON, GROUPS[0]),
      ...['lamp-1', 'lamp-2', 'lamp-3'].map((productId) => ({ type: 'VIEW', productId, customerId: PERSON })),
      { type: 'LIKE', productId: 'lamp-3', customerId: PERSON },
    ]);
    await client.data(CREATE_STREAM, {
      stream: {
        ...{ id: 'by-segment', from: ['VIEW'], window: { kind: 'TUMBLING', size: 'P1D' }, backfill: false },
        keys: [{ name: 'segment', expression: "has(customer.segment) ? customer.segment : '-'" }],
        aggregates: [{ name: 'views', kind: 'COUNT' }],
      },
    });
    expect(await refreshModel(client, 'SEGMENTS')).toMatchObject({ version: { verdict: 'PROMOTED' } });
    ({ id: segmentId } = (await until(
      () => ofCustomer('segment { id }')(PERSON),
      (segment) => segment !== null,
    )) as { id: string });
    await client.data(
      `mutation { upsertAudience(input: { id: "known", name: "Known", condition: "has(customer.segment)" }) {
        userErrors { message } } }`,
    );
    await advertise();
    // No model of VALUE is fitted here.
    const pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 1 });
    await pool.query(
      `UPDATE customer_profiles SET expected_amount = 50, low_amount = 10, high_amount = 90, purchase_probability = 0.5,
         churn_probability = 0.1 WHERE customer_id = $1`,
      [PERSON],
    );
    await pool.end();
    await recordAll(client, [{ type: 'VIEW', productId: 'lamp-2', customerId: PERSON }]);
    await until(windowsBySegment, (views) => views === 1);
    const { read } = DOORS['Query.audience'];
    await until(
      () => read(PERSON),
      (size) => size !== null,
    );
  });

  /** Defines ads, and shows one to eleven customers of a segment. */
  const advertise = async () => {
    const receipt = await defineAds(client, [
      ...['home', 'figures'].map((id): [AdMutation, object] => [
        'upsertAdPlacement',
        { id, slots: 4, currency: 'EUR' },
      ]),
      ...PRODUCTS.flatMap(({ id }): [AdMutation, object][] => [
        ['upsertAdvertiser', { id, name: id }],
        ['createCampaign', { id, advertiserId: id, name: id, totalBudget: eur('50000.00') }],
        ['upsertLineItem', { id, campaignId: id, placements: ['home'], bid: eur('0.20'), productIds: [id] }],
      ]),
      [
        'upsertLineItem',
        { id: 'shown', campaignId: 'lamp-0', placements: ['figures'], bid: eur('0.20'), productIds: ['lamp-0'] },
      ],
    ]);
    await client.data(LIST, { input: { intent: 'POPULAR', awaitReceipt: receipt } });
    for (const customerId of [PERSON, ...Array.from({ length: 10 }, (_, n) => `weekly-${n}`)]) {
      const { ads } = await client.data<{ ads: { products: ShownSponsored[] } }>(
        'query ($input: AdsInput!) { ads(input: $input) { products { token } } }',
        { input: { placement: 'figures', customerId } },
      );
      const [{ token }] = ads.products;
      await recordAll(client, [{ type: 'IMPRESSION', customerId, productId: 'lamp-0', requestId: token }]);
    }
    const { read } = DOORS['Query.campaign'];
    await until(
      () => read(PERSON),
      (impressions) => impressions === 11,
    );
  };

  afterAll(async () => {
    await Promise.all([api.stop(), worker.stop()]);
    await shop.drop();
  });

  it('is tested for each field that may show a profile, and each file that reads one', () => {
    const schema = buildSchema(readFileSync(path.join(ROOT, 'schema.graphql'), 'utf8'));
    const fieldsOf = (name: string) => {
      const type = schema.getType(name);
      return isObjectType(type) ? Object.keys(type.getFields()).map((field) => `${name}.${field}`) : [];
    };
    const tested = new Set(Object.keys(DOORS).map((door) => door.split(' ')[0]));
    const roots = ['Query', 'Subscription']
      .flatMap(fieldsOf)
      .filter((door) => !WITHOUT_PROFILES.has(door.split('.')[1]));
    const others = PERSONAL_TYPES.flatMap(fieldsOf).filter((field) => !RECORDS.has(field));
    expect([...roots, ...others].filter((door) => !tested.has(door))).toEqual([]);

    const sources = ['src', 'workers', 'cli'].flatMap((folder) =>
      readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .map((file) => path.join(folder, file))
        .filter((file) => file.endsWith('.ts') && !/generated|word-lists/.test(file)),
    );
    const read = new Map(sources.sort().map((file) => [file, readFileSync(path.join(ROOT, file), 'utf8')]));
    for (const [pattern, files] of Object.entries(READERS))
      expect(sources.filter((file) => new RegExp(pattern).test(read.get(file)!))).toEqual(files);
  });

  it('is obeyed by all of them at once', async () => {
    const before = new Map<string, unknown>();
    for (const [name, { read }] of Object.entries(DOORS)) before.set(name, await read(PERSON));
    await optOut(PERSON);
    for (const [name, { read, without }] of Object.entries(DOORS)) {
      const expected = without ? without(before.get(name)) : await read(STRANGER);
      // The door shows something of the person, or this test says nothing.
      expect([name, before.get(name)]).not.toEqual([name, expected]);
      await until(
        async () => [name, await read(PERSON)],
        ([, answer]) => JSON.stringify(answer) === JSON.stringify(expected),
      );
    }
    // What the person does next is no profile either.
    await record([{ type: 'LIKE', productId: 'lamp-5', customerId: PERSON }]);
    expect(await DOORS['Query.recommendations'].read(PERSON)).toEqual(
      await DOORS['Query.recommendations'].read(STRANGER),
    );
    // A record of what the person has viewed is none.
    expect(await listed({ intent: 'RECENTLY_VIEWED' })(PERSON)).toContain('lamp-2');
  });

  it('moves live lists at once, and lasts until the customer opts in', async () => {
    const id = 'live';
    await record([{ type: 'LIKE', productId: 'lamp-4', customerId: id }]);
    const live = client.subscribe<{ data: { recommendationsUpdated: { nodes: { id: string }[] } } }>(
      'subscription ($input: RecommendationsInput!) { recommendationsUpdated(input: $input, first: 12) { nodes { id } } }',
      { input: { intent: 'PERSONAL', customerId: id } },
    );
    const next = async () => nodesOf((await live.next()).value.data.recommendationsUpdated);
    const personal = await next();
    const popular = await DOORS['Query.recommendations'].read(STRANGER);
    expect(personal).not.toEqual(popular);
    await optOut(id);
    expect(await next()).toEqual(popular);
    await optOut(id, true);
    expect(await next()).toEqual(personal);
    await live.return?.();
  });

  it('holds for a customer whose history was read before the customer was stored, and after a merge', async () => {
    const read = DOORS['Query.recommendations'].read;
    const popular = await read(STRANGER);
    expect(await read('unknown')).toEqual(popular);
    await optOut('unknown');
    await record([{ type: 'LIKE', productId: 'lamp-4', customerId: 'unknown' }]);
    expect(await read('unknown')).toEqual(popular);
    await record([{ type: 'LIKE', productId: 'lamp-4', customerId: 'merged' }]);
    expect(await read('merged')).not.toEqual(popular);
    const { mergeCustomer } = await client.data<{ mergeCustomer: { receipt: string } }>(
      'mutation { mergeCustomer(input: { fromCustomerId: "unknown", intoCustomerId: "merged" }) { receipt } }',
    );
    await client.data(LIST, { input: { intent: 'POPULAR', awaitReceipt: mergeCustomer.receipt } });
    expect(await read('merged')).toEqual(popular);
  });
});
