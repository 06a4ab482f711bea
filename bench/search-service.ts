import type { Agent } from 'node:http';
import { inFilledShop, type OpenShop } from './filled-shop';
import { keepAliveAgent, post } from './post';
import { percentile, type BenchRow } from './row';
import { fillCatalogue, syntheticCatalogue, type SyntheticCatalogue } from './search-service-shop';
import { timeTaking } from './search-service-take';
import { timeWorstCases } from './search-service-worst';

const CONNECTIONS = 50;
const SECONDS = 10;
const WARM_UP_SECONDS = 3;
const SEARCHES_A_SECOND = 50;
const CHANGES_A_SECOND = 50;
const FOUND_SAMPLES = 100;
const FOUND_BOUND_MS = 5_000;

const SEARCH = `query ($input: SearchInput!) {
  search(input: $input, first: 20) {
    totalCount
    facets { field values { value count } ranges { from to count } }
    edges { node { id title brand url availability price { amount currency } } highlights { field fragments { text matched } } }
  }
}`;
const UPSERT =
  'mutation ($products: [ProductInput!]!) { upsertProducts(input: { products: $products }) { accepted errors { message } } }';
const FACETS = [{ field: 'brand' }, { field: 'categories' }, { field: 'price', interval: 50 }];

/**
 * Search through GraphQL, on processes of its own and a synthetic catalogue: at 50 connections with facets and highlights, as many as it
 * can take, then 50 a second, and 50 a second while 50 products a second change; what a change takes of the event loop, and how long after
 * its mutation's answer it is found; and what is made to be slow.
 * `BENCH_SEARCH_PRODUCTS`: how many products, 40000 if it does not say.
 */
export async function measureSearchService(): Promise<BenchRow[]> {
  const size = Number(process.env.BENCH_SEARCH_PRODUCTS ?? 40_000);
  if (!Number.isInteger(size) || size < 1_000) throw new Error('BENCH_SEARCH_PRODUCTS: a whole number from 1000 on');
  const catalogue = syntheticCatalogue(size);
  const filling = {
    name: 'synthetic',
    fill: (shop: Parameters<typeof fillCatalogue>[0]) => fillCatalogue(shop, catalogue),
  };
  const suffix = `${Math.round(size / 1_000)}k synthetic products`;
  const taken = await timeTaking(catalogue, suffix);
  return inFilledShop(filling, async (shop) => {
    // The same connections throughout: a busy process accepts new ones slowly, which is not what is measured.
    const agent = keepAliveAgent(CONNECTIONS);
    await measured(shop, catalogue, agent, asManyAsCan(WARM_UP_SECONDS));
    const most = await measured(shop, catalogue, agent, asManyAsCan(SECONDS));
    const still = await measured(shop, catalogue, agent, steadily(SEARCHES_A_SECOND, SECONDS));
    const stop = change(shop, catalogue);
    const changing = await measured(shop, catalogue, agent, steadily(SEARCHES_A_SECOND, SECONDS));
    const changed = await stop();
    agent.destroy();
    const name = `20 products, 3 facets, highlights, ${CONNECTIONS} connections`;
    return [
      { name: `${name}, as many as it can, ${suffix}`, subject: 'freshet', ...most },
      { name: `${name}, steadily`, subject: 'freshet', ...still },
      { name: `… while ${changed.toFixed(0)} products/s change`, subject: 'freshet', ...changing },
      ...taken,
      await timeFound(shop, catalogue),
      ...(await timeWorstCases(shop, suffix)),
    ];
  });
}

/** What a load has taken, searches of other words each time. */
async function measured(shop: OpenShop, catalogue: SyntheticCatalogue, agent: Agent, send: Sending) {
  const before = shop.usage().cpuSeconds;
  const began = performance.now();
  const took: number[] = [];
  let next = 0;
  await send(async () => {
    const input = { query: catalogue.query(next++), facets: FACETS };
    const body = JSON.stringify({ query: SEARCH, variables: { input } });
    const sent = performance.now();
    const answer = await post(shop.port, shop.adminKey, agent, body);
    took.push(performance.now() - sent);
    if (!answer.startsWith('{"data":{"search":{')) throw new Error(`answered with ${answer.slice(0, 500)}`);
  });
  const rate = took.length / ((performance.now() - began) / 1_000);
  const cpu = ((shop.usage().cpuSeconds - before) * 1_000) / took.length;
  console.error(`${cpu.toFixed(2)} ms of CPU a search, of the API and the worker process, changes included`);
  return { rate, unit: 'req/s', p50: percentile(took, 0.5), p99: percentile(took, 0.99) };
}

type Sending = (ask: () => Promise<void>) => Promise<unknown>;

/** Every connection sends the next one as soon as it is answered: as many as it can take. */
function asManyAsCan(seconds: number): Sending {
  return async (ask) => {
    const until = performance.now() + seconds * 1_000;
    const connection = async () => {
      while (performance.now() < until) await ask();
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  };
}

/** So many a second, whatever the answers take; waiting for a free connection counts. */
function steadily(rate: number, seconds: number): Sending {
  return async (ask) => {
    const asked: Promise<void>[] = [];
    const begun = performance.now();
    while (asked.length < rate * seconds) {
      while (asked.length < ((performance.now() - begun) / 1_000) * rate) asked.push(ask());
      await new Promise((resolve) => setTimeout(resolve, 1_000 / rate));
    }
    await Promise.all(asked);
  };
}

/** Changes prices, and of every other product the title, each by a mutation of its own. @returns stops, and tells how many a second */
function change({ port, adminKey }: OpenShop, catalogue: SyntheticCatalogue): () => Promise<number> {
  const agent = keepAliveAgent(4);
  const inFlight = new Set<Promise<void>>();
  const begun = performance.now();
  let sent = 0;
  let wrong: string | undefined;
  const timer = setInterval(() => {
    for (; sent < ((performance.now() - begun) / 1_000) * CHANGES_A_SECOND; sent++) {
      const product = catalogue.product((sent * 104_729) % catalogue.size);
      const changed = {
        ...product,
        title: sent % 2 ? `${product.title} ${sent}` : product.title,
        price: { amount: (10 + sent / 100).toFixed(2), currency: 'EUR' },
      };
      const done = post(port, adminKey, agent, JSON.stringify({ query: UPSERT, variables: { products: [changed] } }))
        .then((answer) => void (answer.includes('"accepted":1') || (wrong ??= answer)))
        .finally(() => inFlight.delete(done));
      inFlight.add(done);
    }
  }, 1_000 / CHANGES_A_SECOND);
  return async () => {
    clearInterval(timer);
    await Promise.all(inFlight);
    const rate = sent / ((performance.now() - begun) / 1_000);
    agent.destroy();
    if (wrong !== undefined) throw new Error(`a change was answered with ${wrong}`);
    return rate;
  };
}

/** From the mutation's answer to the first search that finds the new word; asked again and again, without a receipt. */
async function timeFound({ port, adminKey }: OpenShop, catalogue: SyntheticCatalogue): Promise<BenchRow> {
  const agent = keepAliveAgent(1);
  const took: number[] = [];
  for (let n = 0; n < FOUND_SAMPLES; n++) {
    const product = { ...catalogue.product(n), title: `unheardof${n}` };
    await post(port, adminKey, agent, JSON.stringify({ query: UPSERT, variables: { products: [product] } }));
    const body = JSON.stringify({
      query: `{ search(input: { query: "unheardof${n}" }, first: 1) { correctedQuery nodes { title } } }`,
    });
    const began = performance.now();
    while (!(await post(port, adminKey, agent, body)).includes(`"title":"unheardof${n}"`))
      if (performance.now() - began > FOUND_BOUND_MS) throw new Error(`unheardof${n} is not found`);
    took.push(performance.now() - began);
  }
  agent.destroy();
  const name = 'a changed product: its mutation answered → found by a search';
  return { name, subject: 'freshet', p50: percentile(took, 0.5), p99: percentile(took, 0.99) };
}
