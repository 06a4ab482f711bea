import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { inFilledShop, type OpenShop } from './filled-shop';
import { keepAliveAgent, post } from './post';
import type { BenchRow } from './row';
import { changeProducts, timeFound } from './search-service-change';
import {
  asManyAsCan,
  CONNECTIONS,
  measureLoad,
  type SearchServer,
  type Sending,
  steadily,
} from './search-service-load';
import { fillCatalogue, syntheticCatalogue, type SyntheticCatalogue } from './search-service-shop';
import { timeTaking } from './search-service-take';
import { timeWorstCases } from './search-service-worst';
import { usageOf } from './usage';

const SECONDS = 10;
const WARM_UP_SECONDS = 5;
/** Searches a second: 50 connections with one search a second each, and with four each. */
const PACES = [50, 200];

/**
 * Measures search through GraphQL, on separate processes and a synthetic catalogue:
 * - 50 connections with facets and highlights, at full speed and at fixed rates, with and without 50 changed products a
 *   second, compared with Apollo on Express with a response of the same shape
 * - how long a change holds the event loop, and how long after the mutation's response searches find it
 * - queries that are made to be slow
 *
 * `BENCH_SEARCH_PRODUCTS`: the number of products; 40000 if it is not set.
 */
export async function measureSearchService(): Promise<BenchRow[]> {
  const size = Number(process.env.BENCH_SEARCH_PRODUCTS ?? 40_000);
  if (!Number.isInteger(size) || size < 1_000)
    throw new Error('BENCH_SEARCH_PRODUCTS must be a whole number of at least 1000');
  const catalogue = syntheticCatalogue(size);
  const filling = {
    name: 'synthetic',
    fill: (shop: Parameters<typeof fillCatalogue>[0]) => fillCatalogue(shop, catalogue),
  };
  const suffix = `${Math.round(size / 1_000)}k synthetic products`;
  const taken = await timeTaking(catalogue, suffix);
  return inFilledShop(filling, async (shop) => [
    ...(await timeLoads(shop, catalogue, suffix)),
    ...taken,
    await timeFound(shop, catalogue),
    ...(await timeWorstCases(shop, suffix)),
  ]);
}

async function timeLoads(shop: OpenShop, catalogue: SyntheticCatalogue, suffix: string): Promise<BenchRow[]> {
  // All loads use the same connections: a busy process accepts new ones slowly, and that is not measured here.
  const agent = keepAliveAgent(CONNECTIONS);
  const cpuSeconds = () => shop.usage().cpuSeconds;
  const open: SearchServer = { port: shop.port, key: shop.adminKey, agent, cpuSeconds };
  const logged: SearchServer = { ...open, key: await serverKey(shop) };
  const name = `20 products, 3 facets, highlights, ${CONNECTIONS} connections`;
  const row = async (rowName: string, server: SearchServer, send: Sending): Promise<BenchRow> => ({
    name: rowName,
    subject: 'freshet',
    ...(await measureLoad(server, catalogue, send)),
  });
  const changing = async (rowName: string, send: Sending): Promise<BenchRow> => {
    const stop = changeProducts(shop, catalogue);
    const changed = await row(rowName, open, send);
    return { ...changed, name: `${rowName} while ${(await stop()).toFixed(0)} products/s change` };
  };
  const paced = async (): Promise<BenchRow[]> => {
    const rows: BenchRow[] = [];
    for (const pace of PACES) {
      rows.push(await row(`${pace} a second`, open, steadily(pace, SECONDS)));
      rows.push(await changing(`${pace} a second`, steadily(pace, SECONDS)));
    }
    return rows;
  };
  try {
    const peer = await timePeer(catalogue, name);
    await measureLoad(open, catalogue, asManyAsCan(WARM_UP_SECONDS));
    const most = await row(`${name}, as many as it can, ${suffix}`, open, asManyAsCan(SECONDS));
    return [
      peer,
      { ...most, ratio: (most.rate as number) / (peer.rate as number) },
      await changing('as many as it can', asManyAsCan(SECONDS)),
      await row('as many as it can, each logged', logged, asManyAsCan(SECONDS)),
      ...(await paced()),
    ];
  } finally {
    agent.destroy();
  }
}

/** Searches with an admin key are not logged. */
async function serverKey({ port, adminKey }: OpenShop): Promise<string> {
  const agent = keepAliveAgent(1);
  const query = 'mutation { createApiKey(input: { name: "bench", scope: SERVER }) { secret } }';
  const answer = await post(port, adminKey, agent, JSON.stringify({ query }));
  agent.destroy();
  return (JSON.parse(answer) as { data: { createApiKey: { secret: string } } }).data.createApiKey.secret;
}

async function timePeer(catalogue: SyntheticCatalogue, name: string): Promise<BenchRow> {
  const child = fork(path.join(__dirname, 'search-service-peer.js'), [], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const agent = keepAliveAgent(CONNECTIONS);
  try {
    const [{ port }] = (await once(child, 'message')) as [{ port: number }];
    const cpuSeconds = () => usageOf([child.pid as number]).cpuSeconds;
    const server: SearchServer = { port, key: '', agent, cpuSeconds };
    await measureLoad(server, catalogue, asManyAsCan(WARM_UP_SECONDS));
    const measured = await measureLoad(server, catalogue, asManyAsCan(SECONDS));
    return { name: `baseline: an answer of that shape, ready; ${name}`, subject: 'Apollo+Express', ...measured };
  } finally {
    agent.destroy();
    child.kill();
  }
}
