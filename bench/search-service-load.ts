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

/** Where searches are sent, and what CPU time all processes behind it have taken. */
export interface SearchServer {
  readonly port: number;
  readonly key: string;
  readonly agent: Agent;
  readonly cpuSeconds: () => number;
}

/** Sends searches in its own way until it ends. */
export type Sending = (ask: () => Promise<void>) => Promise<unknown>;

/** What a load has taken, searches of other words each time; `cpu` in milliseconds of each. */
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

/** Every connection sends the next one as soon as it is answered: as many as it can take. */
export function asManyAsCan(seconds: number): Sending {
  return async (ask) => {
    const until = performance.now() + seconds * 1_000;
    const connection = async () => {
      while (performance.now() < until) await ask();
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  };
}

/** So many a second, whatever the answers take; waiting for a free connection counts. */
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
