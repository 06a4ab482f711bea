import type { OpenShop } from './filled-shop';
import { keepAliveAgent, post } from './post';
import { percentile, type BenchRow } from './row';
import type { SyntheticCatalogue } from './search-service-shop';

const CHANGES_A_SECOND = 50;
const CONNECTIONS = 4;
/** At most this many changes are in flight; further ones are skipped, so that they do not overload a busy process. */
const MAX_IN_FLIGHT = 50;
const FOUND_SAMPLES = 100;
const FOUND_BOUND_MS = 5_000;

const UPSERT =
  'mutation ($products: [ProductInput!]!) { upsertProducts(input: { products: $products }) { accepted errors { message } } }';

/**
 * Changes prices, and the title of every other product, each by its own mutation. @returns a function that stops and
 * returns the changes a second
 */
export function changeProducts({ port, adminKey }: OpenShop, catalogue: SyntheticCatalogue): () => Promise<number> {
  const agent = keepAliveAgent(CONNECTIONS);
  const underWay = new Set<Promise<void>>();
  const begun = performance.now();
  let due = 0;
  let sent = 0;
  let wrong: string | undefined;
  const timer = setInterval(() => {
    for (; due < ((performance.now() - begun) / 1_000) * CHANGES_A_SECOND; due++) {
      if (underWay.size >= MAX_IN_FLIGHT) continue;
      const product = catalogue.product((due * 104_729) % catalogue.size);
      const changed = {
        ...product,
        title: due % 2 ? `${product.title} ${due}` : product.title,
        price: { amount: (10 + due / 100).toFixed(2), currency: 'EUR' },
      };
      const done = post(port, adminKey, agent, JSON.stringify({ query: UPSERT, variables: { products: [changed] } }))
        .then((answer) => void (answer.includes('"accepted":1') || (wrong ??= answer)))
        .finally(() => underWay.delete(done));
      underWay.add(done);
      sent++;
    }
  }, 1_000 / CHANGES_A_SECOND);
  return async () => {
    clearInterval(timer);
    await Promise.all(underWay);
    const rate = sent / ((performance.now() - begun) / 1_000);
    agent.destroy();
    if (wrong !== undefined) throw new Error(`a change failed: ${wrong}`);
    return rate;
  };
}

/**
 * Measures the time from the mutation's response to the first search that finds the new word. It searches repeatedly,
 * without a receipt.
 */
export async function timeFound({ port, adminKey }: OpenShop, catalogue: SyntheticCatalogue): Promise<BenchRow> {
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
