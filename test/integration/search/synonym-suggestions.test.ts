import type { GraphqlClient } from '../../setup/graphql-client';
import {
  CREATE_KEY,
  type CreateKeyAnswer,
  RECORD,
  type RecordAnswer,
  SEARCH,
  type SearchAnswer,
  UPSERT,
  type UpsertAnswer,
} from '../../setup/operations';
import { startApiProcess, startWorkerProcess, type OwnProcess } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { until } from '../../setup/until';

const LIST = `query($first: Int, $after: String) { synonymSuggestions(first: $first, after: $after) {
  nodes { id kind words finds language score reformulations sharedProducts sharedClicks similarity }
  pageInfo { hasNextPage endCursor }
} }`;
const DISMISS = `mutation($input: DismissSynonymSuggestionInput!) {
  dismissSynonymSuggestion(input: $input) { dismissedId dismissedAt userErrors { field code message } }
}`;
const ACCEPT = `mutation($synonym: SynonymInput!) {
  upsertSynonyms(input: { synonyms: [$synonym] }) { receipt errors { code message } }
}`;
const ERASE = 'mutation($input: EraseCustomerInput!) { eraseCustomer(input: $input) { status } }';
const ENV = { ERASURE_INTERVAL_MS: '0' };
const TOTALS = '{ searchReport(input: { minSearches: 1 }) { totals { searches clicked } } }';

interface Suggestion {
  readonly id: string;
  readonly kind: string;
  readonly words: string[];
  readonly finds: string[];
  readonly language: string | null;
  readonly reformulations: number;
  readonly sharedClicks: number;
}
interface Listed {
  readonly nodes: readonly Suggestion[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}

describe('suggested synonyms', () => {
  let shop: TestNamespace;
  let api: OwnProcess & { client: GraphqlClient };
  let worker: OwnProcess;
  let server: GraphqlClient;

  const list = async (variables: object = {}) =>
    (await api.client.data<{ synonymSuggestions: Listed }>(LIST, variables)).synonymSuggestions;
  const pairs = async () =>
    (await list()).nodes.map(({ words, finds, reformulations }) => [...words, ...finds, reformulations]);
  const dismiss = async (id: string) =>
    (await api.client.data<{ dismissSynonymSuggestion: object }>(DISMISS, { input: { id } })).dismissSynonymSuggestion;
  const erase = (customerId: string) =>
    until(
      () => server.data<{ eraseCustomer: { status: string } }>(ERASE, { input: { customerId } }),
      ({ eraseCustomer }) => eraseCustomer.status === 'DONE',
    );
  /** A customer searches for one thing, clicks nothing, and then clicks the first result of another search. */
  const reformulate = async (customerId: string, from: string, to: string) => {
    const search = async (query: string) =>
      (await server.data<SearchAnswer>(SEARCH, { input: { query, customerId } })).search;
    expect((await search(from)).edges).toEqual([]);
    const { edges, requestId } = await search(to);
    const click = { type: 'CLICK', customerId, productId: edges[0].node.id, requestId, position: 1 };
    const { recordEvents } = await server.data<RecordAnswer>(RECORD, { events: [click] });
    expect(recordEvents.errors).toEqual([]);
  };

  beforeAll(async () => {
    shop = await testNamespace();
    worker = startWorkerProcess(shop, ENV);
    api = await startApiProcess(shop, ENV);
    const { createApiKey } = await api.client.data<CreateKeyAnswer>(CREATE_KEY, {
      input: { scope: 'SERVER', name: 'server' },
    });
    server = api.client.as({ apiKey: createApiKey.secret });
    const { upsertProducts } = await server.data<UpsertAnswer>(UPSERT, {
      products: [
        { id: 'sofa', title: 'Corner sofa' },
        { id: 'flashlight', title: 'LED flashlight' },
        { id: 'faucet', title: 'Kitchen faucet' },
      ],
    });
    await api.client.data<SearchAnswer>(SEARCH, { input: { query: 'sofa', awaitReceipt: upsertProducts.receipt } });
    const visits: readonly (readonly [string, string, string])[] = [
      ...[1, 2, 3, 4, 5, 6, 7].map((n) => [`c${n}`, 'couch', 'sofa'] as const),
      ...[1, 2, 3, 4, 5].map((n) => [`t${n}`, 'torch', 'flashlight'] as const),
      // Fewer than SUGGEST_MIN_CUSTOMERS have typed this one.
      ...[1, 2, 3, 4].map((n) => [`s${n}`, 'spigot', 'faucet'] as const),
    ];
    for (const visit of visits) await reformulate(...visit);
    await until(
      () => api.client.data<{ searchReport: { totals: object } }>(TOTALS),
      ({ searchReport }) => JSON.stringify(searchReport.totals) === JSON.stringify({ searches: 32, clicked: 16 }),
    );
  });

  afterAll(async () => {
    expect(await Promise.all([api.stop(), worker.stop()])).toEqual([0, 0]);
    await shop.drop();
  });

  it('come from queries that enough customers have typed, with their evidence', async () => {
    const { nodes } = await list();
    expect(nodes).toMatchObject([
      {
        ...{ id: 'suggested: all: couch, sofa', kind: 'ONE_WAY', words: ['couch'], finds: ['sofa'], language: null },
        ...{ reformulations: 7, sharedProducts: 0, sharedClicks: 0, similarity: 0 },
      },
      { id: 'suggested: all: flashlight, torch', words: ['torch'], finds: ['flashlight'], reformulations: 5 },
    ]);
  });

  it('are read page by page', async () => {
    const first = await list({ first: 1 });
    expect(first.pageInfo.hasNextPage).toBe(true);
    const second = await list({ first: 1, after: first.pageInfo.endCursor });
    expect(second.pageInfo.hasNextPage).toBe(false);
    expect([...first.nodes, ...second.nodes]).toEqual((await list()).nodes);
    expect(await api.client.code(LIST, { after: 'x' })).toBe('BAD_USER_INPUT');
  });

  it('lose what an erased person typed and clicked', async () => {
    await Promise.all([erase('c1'), erase('t1')]);
    // Now only four customers have typed torch.
    expect(await pairs()).toEqual([['couch', 'sofa', 6]]);
    await reformulate('t6', 'torch', 'flashlight');
    await until(pairs, (found) => found.length === 2);
  });

  it('are in force once they are accepted, and no longer suggested', async () => {
    const [{ id, kind, words, finds, language }] = (await list()).nodes;
    const { upsertSynonyms } = await api.client.data<{ upsertSynonyms: { receipt: string; errors: object[] } }>(
      ACCEPT,
      {
        synonym: { id, kind, words, finds, language },
      },
    );
    expect(upsertSynonyms.errors).toEqual([]);
    const { search } = await server.data<SearchAnswer>(SEARCH, {
      input: { query: 'couch', awaitReceipt: upsertSynonyms.receipt },
    });
    expect(search.edges.map(({ node }) => node.id)).toEqual(['sofa']);
    expect(await pairs()).toEqual([['torch', 'flashlight', 5]]);
  });

  it('do not come again once they are dismissed', async () => {
    const [{ id }] = (await list()).nodes;
    const dismissed = await dismiss(id);
    expect(dismissed).toMatchObject({ dismissedId: id, userErrors: [] });
    expect(await dismiss(id)).toEqual(dismissed);
    expect(await pairs()).toEqual([]);
    expect(await dismiss('sofa')).toEqual({
      dismissedId: null,
      dismissedAt: null,
      userErrors: [{ field: ['input', 'id'], code: 'BAD_USER_INPUT', message: 'id must be the id of a suggestion.' }],
    });
  });
});
