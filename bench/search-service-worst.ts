import type { OpenShop } from './filled-shop';
import { keepAliveAgent, post } from './post';
import { percentile, type BenchRow } from './row';

const TIMES = 20;
const WARM_UP = 5;
const FACETS = [{ field: 'brand' }, { field: 'categories' }, { field: 'price', interval: 10 }];
const SEARCH =
  'query ($input: SearchInput!, $first: Int, $after: String) { search(input: $input, first: $first, after: $after) { totalCount nodes { id } pageInfo { endCursor hasNextPage } } }';

/** Inputs that are made to be slow. */
const CASES: Readonly<Record<string, object>> = {
  'query `a`': { query: 'a' },
  'query `a`, while it is typed, three facets': { query: 'a', typing: true, facets: FACETS },
  '30 words': { query: 'the a of and for library files data tools package '.repeat(3) },
  '10,000 characters': { query: 'ab '.repeat(3_334).slice(0, 10_000) },
  '4,096 characters': { query: 'a b '.repeat(1_024) },
  'browsing, three facets, with variants': { facets: FACETS },
  'browsing by price, three facets': { facets: FACETS, sort: 'PRICE_ASC' },
  'browsing, a filter by columns': { filter: 'product.price < 100.0 && product.attributes.size > 3.0' },
  'browsing, a filter that reads products': { filter: "product.title.contains('ab') || product.title.endsWith('x')" },
  'browsing, a costly filter and boost': {
    filter: "product.title.lowerAscii().contains('li') || product.title.upperAscii().startsWith('A')",
    boost: "product.title.contains('x') ? 2.0 : product.price / 3.0",
    facets: FACETS,
  },
};

/**
 * Runs each query alone on one connection and measures the CPU time of the shop's processes: an upper bound of the time
 * it holds the event loop. The row name of a refused query says so.
 */
export async function timeWorstCases(shop: OpenShop, suffix: string): Promise<BenchRow[]> {
  const { port, adminKey } = shop;
  const agent = keepAliveAgent(1);
  const ask = async (variables: object) => {
    const body = JSON.stringify({ query: SEARCH, variables });
    const began = performance.now();
    const answer = await post(port, adminKey, agent, body);
    return { took: performance.now() - began, answer };
  };
  const rows: BenchRow[] = [];
  for (const [name, input] of Object.entries(CASES)) {
    const times: number[] = [];
    let answer = '';
    let before = 0;
    for (let n = -WARM_UP; n < TIMES; n++) {
      if (n === 0) before = shop.usage().cpuSeconds;
      // No list is requested twice, so that no response can come from a cache.
      const asked = await ask({ input: { ...input, language: `en-${n + WARM_UP}` }, first: 20 });
      ({ answer } = asked);
      if (n >= 0) times.push(asked.took);
    }
    const rate = ((shop.usage().cpuSeconds - before) * 1_000) / TIMES;
    rows.push({ ...row(`${name}${refusal(answer)}, ${suffix}`, times), rate, unit: 'ms CPU' });
  }
  rows.push(await deepPages(ask, suffix));
  agent.destroy();
  return rows;
}

/** Reads page after page, as far as cursors reach. */
async function deepPages(
  ask: (variables: object) => Promise<{ took: number; answer: string }>,
  suffix: string,
): Promise<BenchRow> {
  const times: number[] = [];
  let after: string | null = null;
  let pages = 0;
  do {
    const { took, answer } = await ask({ input: {}, first: 20, after });
    times.push(took);
    const { data } = JSON.parse(answer) as {
      data: { search: { pageInfo: { endCursor: string; hasNextPage: boolean } } };
    };
    const { endCursor, hasNextPage }: { endCursor: string; hasNextPage: boolean } = data.search.pageInfo;
    after = hasNextPage ? endCursor : null;
    pages++;
  } while (after !== null);
  return row(`page by page, until page ${pages}, ${suffix}`, times);
}

function refusal(answer: string): string {
  const code = /"code":"([A-Z_]+)"/.exec(answer)?.[1];
  return code === undefined ? '' : ` (refused: ${code})`;
}

function row(name: string, times: readonly number[]): BenchRow {
  return { name, subject: 'freshet', p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
}
