import autocannon from 'autocannon';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { OpenShop } from './filled-shop';
import type { BenchRow } from './row';

const CONNECTIONS = 50;
const SECONDS = 8;
/** Customers whose lists are requested repeatedly. */
const FEW = 50;
const QUERY = `query ($id: ID!, $not: [ID!]) {
  recommendations(input: { intent: PERSONAL, customerId: $id, exclude: $not }, first: 10) { nodes { id title brand categories url } }
}`;

/**
 * Measures lists of 10 products × 5 fields through GraphQL, compared with Apollo on Express with a resolver whose
 * result is precomputed.
 */
export async function measureDoor({ port, adminKey }: OpenShop, customers: readonly string[]): Promise<BenchRow[]> {
  const baseline = fork(path.join(__dirname, 'recommend-peer.js'), [], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  try {
    const [{ port: peerPort }] = (await once(baseline, 'message')) as [{ port: number }];
    const few = customers.slice(0, FEW);
    let sequence = 0;
    // The `exclude` argument makes each request different, so no response can come from a cache.
    const every = (id: string) => ({ id, not: [`x${++sequence}`] });
    const same = (id: string) => ({ id, not: null });
    const peer = await load(peerPort, adminKey, few, same);
    const kept = await load(port, adminKey, few, same);
    const another = await load(port, adminKey, customers, every);
    return [
      { name: 'http-baseline: 10 products × 5 fields, 50 connections', subject: 'Apollo+Express', ...peer },
      {
        name: `http: lists of ${FEW} customers, over and over`,
        subject: 'freshet',
        ...kept,
        ratio: kept.rate / peer.rate,
      },
      { name: 'http: every request another list', subject: 'freshet', ...another, ratio: another.rate / peer.rate },
    ];
  } finally {
    baseline.kill();
  }
}

type Variables = (customer: string) => object;

async function load(port: number, adminKey: string, customers: readonly string[], variables: Variables) {
  let next = 0;
  const body = () => JSON.stringify({ query: QUERY, variables: variables(customers[next++ % customers.length]) });
  const result = await autocannon({
    url: `http://127.0.0.1:${port}/graphql`,
    method: 'POST',
    connections: CONNECTIONS,
    duration: SECONDS,
    headers: { 'content-type': 'application/json', 'x-api-key': adminKey },
    requests: [{ setupRequest: (request) => ({ ...request, body: body() }) }],
  });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${result.non2xx + result.errors} requests failed`);
  return { rate: result.requests.average, unit: 'req/s', p50: result.latency.p50, p99: result.latency.p99 };
}
