import { keepAliveAgent, post } from './post';
import { percentile, type BenchRow } from './row';

const SEARCH = `query ($query: String!) { search(input: { query: $query }, first: 20) { totalCount nodes { id title brand } } }`;
const LISTS = `query ($id: ID!) {
  recommendations(input: { intent: PERSONAL, customerId: $id }, first: 10) { nodes { id title brand categories url } } }`;

export interface Load {
  readonly port: number;
  readonly adminKey: string;
  readonly connections: number;
  /** Maximum number of requests. */
  readonly requests: number;
  /** Returns whether no further request is sent. Default: never. */
  readonly isOver?: () => boolean;
}

/**
 * Requests lists for customers who have made no request before. @param customer returns the customer id of each request
 */
export function measureLists(name: string, load: Load, customer: (n: number) => string): Promise<BenchRow> {
  return measure(name, load, (n) => ({ query: LISTS, variables: { id: customer(n) } }));
}

export function measureSearches(name: string, load: Load, query: (n: number) => string): Promise<BenchRow> {
  return measure(name, load, (n) => ({ query: SEARCH, variables: { query: query(n) } }));
}

/** Every connection sends its next request as soon as the previous response arrives. */
async function measure(name: string, load: Load, request: (n: number) => object): Promise<BenchRow> {
  const { port, adminKey, connections, requests, isOver = () => false } = load;
  const agent = keepAliveAgent(connections);
  const took: number[] = [];
  let next = 0;
  const began = performance.now();
  const connection = async () => {
    while (next < requests && !isOver()) {
      const body = JSON.stringify(request(next++));
      const sent = performance.now();
      const answer = await post(port, adminKey, agent, body);
      took.push(performance.now() - sent);
      if (!answer.startsWith('{"data":{')) throw new Error(`answered with ${answer.slice(0, 300)}`);
    }
  };
  await Promise.all(Array.from({ length: connections }, connection));
  const rate = took.length / ((performance.now() - began) / 1_000);
  agent.destroy();
  return {
    name,
    subject: 'freshet',
    p50: percentile(took, 0.5),
    p95: percentile(took, 0.95),
    p99: percentile(took, 0.99),
    rate,
    unit: 'req/s',
  };
}
