import type { Agent } from 'node:http';
import { post } from './post';
import { percentile } from './row';
import type { SyntheticCatalogue } from './search-service-shop';

export const CONNECTIONS = 50;

const SEARCH = `query ($input: SearchInput!) {
  search(input: $input, first: 20) {
    totalCount
    facets { field values { value count } ranges { from to count } }
    edges { node { id title brand url availability price { amount currency } } highlights { field fragments { text matched } } }
  }
}`;
const FACETS = [{ field: 'brand' }, { field: 'categories' }, { field: 'price', interval: 50 }];

/** The address to which searches are sent, and the CPU time of all processes that serve them. */
export interface SearchServer {
  readonly port: number;
  readonly key: string;
  readonly agent: Agent;
  readonly cpuSeconds: () => number;
}

/** Sends searches, according to its own schedule, until it ends. */
export type Sending = (ask: () => Promise<void>) => Promise<unknown>;

/** Measures a load with different search words for each search; `cpu` is in milliseconds for each search. */
export async function measureLoad(server: SearchServer, catalogue: SyntheticCatalogue, send: Sending) {
  const { port, key, agent, cpuSeconds } = server;
  const before = cpuSeconds();
  const began = performance.now();
  const took: number[] = [];
  let next = 0;
  await send(async () => {
    const input = { query: catalogue.query(next++), facets: FACETS };
    const body = JSON.stringify({ query: SEARCH, variables: { input } });
    const sent = performance.now();
    const answer = await post(port, key, agent, body);
    took.push(performance.now() - sent);
    if (!answer.startsWith('{"data":{"search":{')) throw new Error(`answered with ${answer.slice(0, 500)}`);
  });
  const rate = took.length / ((performance.now() - began) / 1_000);
  const cpu = ((cpuSeconds() - before) * 1_000) / took.length;
  return { rate, unit: 'req/s', p50: percentile(took, 0.5), p99: percentile(took, 0.99), cpu };
}

/** Every connection sends its next search as soon as the previous response arrives: the maximum throughput. */
export function asManyAsCan(seconds: number, connections = CONNECTIONS): Sending {
  return async (ask) => {
    const until = performance.now() + seconds * 1_000;
    const connection = async () => {
      while (performance.now() < until) await ask();
    };
    await Promise.all(Array.from({ length: connections }, connection));
  };
}

/** Sends searches at a fixed rate, independent of response times. The wait for a free connection counts. */
export function steadily(rate: number, seconds: number): Sending {
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
