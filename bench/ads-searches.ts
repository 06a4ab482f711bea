import type { Agent } from 'node:http';
import { AD_PLACEMENT } from './ads-shop';
import type { Door } from './create-streams';
import { keepAliveAgent, post } from './post';
import { percentile, type BenchRow } from './row';
import { fillCatalogue, syntheticCatalogue, type SyntheticCatalogue } from './search-service-shop';
import { benchShop, type BenchShop } from './shop';

const PRODUCTS = 10_000;
const CAMPAIGNS = 50;
const LINE_ITEMS_PER_CAMPAIGN = 20;
const PRODUCTS_PER_LINE_ITEM = 50;
/** One line item in so many is in the placement of the searches. */
const IN_PLACEMENT = 20;
/** One product in so many is advertised. */
const PRODUCTS_PER_ADVERTISED = 4;
const OTHER_PLACEMENT = 'elsewhere';
/** Searches of a kind before the next kind has its turn. */
const BLOCK = 50;
const WARM_UP_BLOCKS = 10;
const BLOCKS = 60;

const searchOf = (more: string) => `query ($input: SearchInput!) {
  search(input: $input, first: 20) {
    totalCount edges { node { id title brand availability price { amount currency } } } ${more}
  }
}`;
const SEARCH = searchOf('');
const SPONSORED_SEARCH = searchOf('sponsored { id products { slot advertiserName token product { id title } } }');

interface Kind {
  readonly name: string;
  readonly shop: BenchShop;
  readonly door: Door;
  readonly agent: Agent;
  readonly query: string;
  /** The number of its first search words. No cache of a shop has answers to searches of another kind. */
  readonly firstWords: number;
  readonly times: number[];
  cpuSeconds: number;
}

/**
 * Compares searches through GraphQL in two shops with the same 10,000 synthetic products: one has no ads, the other one
 * has 1,000 live line items, 50 of them in the placement of the searches. Both get the same searches, alternately, 50 at a time, over
 * one connection, half of them with `sponsored` in the second shop. `ratio` is the CPU time of the same search in the shop
 * without ads divided by that of this row.
 */
export async function compareSearches(): Promise<BenchRow[]> {
  const catalogue = syntheticCatalogue(PRODUCTS);
  const [without, withAds] = [await benchShop(), await benchShop()];
  try {
    const kinds: Kind[] = [];
    for (const shop of [without, withAds]) {
      await fillCatalogue(shop, catalogue);
      const door = await shop.open({ worker: false, env: { RATE_LIMIT: '0' } });
      const hasAds = shop === withAds;
      const agent = keepAliveAgent(1);
      if (hasAds) await defineShopAds(door, agent);
      const kind = (name: string, query: string, firstWords: number): Kind => ({
        ...{ name, query, firstWords, shop, door, agent, times: [], cpuSeconds: 0 },
      });
      kinds.push(
        kind(hasAds ? 'the same with 1,000 line items defined' : 'search in a shop without ads', SEARCH, 0),
        kind(
          hasAds ? 'the same with 1,000 line items and sponsored' : 'other searches in a shop without ads',
          hasAds ? SPONSORED_SEARCH : SEARCH,
          (WARM_UP_BLOCKS + BLOCKS) * BLOCK,
        ),
      );
    }
    let next = 0;
    for (let block = -WARM_UP_BLOCKS; block < BLOCKS; block++) {
      // Each kind goes first in turn.
      for (let turn = 0; turn < kinds.length; turn++)
        await runBlock(kinds[(turn + block + WARM_UP_BLOCKS) % kinds.length], catalogue, next, block >= 0);
      next += BLOCK;
    }
    for (const { agent } of kinds) agent.destroy();
    const [plain, plainOthers, same, sponsored] = kinds;
    return [
      [plain, plain],
      [same, plain],
      [plainOthers, plainOthers],
      [sponsored, plainOthers],
    ].map(([{ name, times, cpuSeconds }, base]) => ({
      ...{ name, subject: 'freshet', p50: percentile(times, 0.5), p95: percentile(times, 0.95) },
      ...{
        p99: percentile(times, 0.99),
        cpu: (1_000 * cpuSeconds) / times.length,
        ratio: base.cpuSeconds / cpuSeconds,
      },
    }));
  } finally {
    await without.close();
    await withAds.close();
  }
}

async function runBlock(kind: Kind, catalogue: SyntheticCatalogue, first: number, counts: boolean): Promise<void> {
  const { port, adminKey } = kind.door;
  const before = kind.shop.usage().cpuSeconds;
  let ads = 0;
  for (let n = first; n < first + BLOCK; n++) {
    const input = { query: catalogue.query(kind.firstWords + n), placement: AD_PLACEMENT, sessionId: `visit-${n}` };
    const body = JSON.stringify({ query: kind.query, variables: { input } });
    const began = performance.now();
    const answer = await post(port, adminKey, kind.agent, body);
    const took = performance.now() - began;
    if (!answer.startsWith('{"data":{"search":{')) throw new Error(`answered with ${answer.slice(0, 500)}`);
    if (answer.includes('"advertiserName"')) ads++;
    if (counts) kind.times.push(took);
  }
  if (counts) kind.cpuSeconds += kind.shop.usage().cpuSeconds - before;
  if (kind.query === SPONSORED_SEARCH && ads < BLOCK / 2) throw new Error(`only ${ads} of ${BLOCK} searches had ads`);
}

async function defineShopAds({ port, adminKey }: Door, agent: Agent): Promise<void> {
  console.error(`${CAMPAIGNS * LINE_ITEMS_PER_CAMPAIGN} line items …`);
  const eur = (amount: string) => ({ amount, currency: 'EUR' });
  let receipt = '';
  const write = async (name: string, input: object) => {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
    const query = `mutation ($input: ${type}!) { ${name}(input: $input) { receipt userErrors { message } } }`;
    const answer = await post(port, adminKey, agent, JSON.stringify({ query, variables: { input } }));
    if (!answer.includes('"userErrors":[]')) throw new Error(`${name}: ${answer.slice(0, 300)}`);
    receipt = /"receipt":"(\w+)"/.exec(answer)![1];
  };
  for (const id of [AD_PLACEMENT, OTHER_PLACEMENT])
    await write('upsertAdPlacement', { id, slots: 3, currency: 'EUR', reserveCpc: eur('0.05') });
  for (let campaign = 0; campaign < CAMPAIGNS; campaign++) {
    const id = `c${campaign}`;
    await write('upsertAdvertiser', { id, name: `Advertiser ${id}` });
    await write('createCampaign', { id, advertiserId: id, name: id, totalBudget: eur('1000000.00') });
    for (let at = 0; at < LINE_ITEMS_PER_CAMPAIGN; at++) {
      const number = campaign * LINE_ITEMS_PER_CAMPAIGN + at;
      await write('upsertLineItem', {
        ...{ id: `l${number}`, campaignId: id, bid: eur(`0.${20 + (number % 60)}`) },
        placements: [number % IN_PLACEMENT === 0 ? AD_PLACEMENT : OTHER_PLACEMENT],
        // Together, those in a placement advertise a quarter of the products.
        productIds: Array.from(
          { length: PRODUCTS_PER_LINE_ITEM },
          (_, n) => `p${(Math.floor(number / IN_PLACEMENT) * PRODUCTS_PER_LINE_ITEM + n) * PRODUCTS_PER_ADVERTISED}`,
        ),
      });
    }
  }
  const query = 'query ($input: SearchInput!) { search(input: $input) { totalCount } }';
  const input = { query: 'a', awaitReceipt: receipt };
  await post(port, adminKey, agent, JSON.stringify({ query, variables: { input } }));
}
