import { readHistory } from '../src/events/log-reader';
import type { Platform } from '../src/platform/connect';
import { loadKernels } from '../src/platform/kernels';
import { decodeBlend } from '../src/recommend/blend-artefact';
import { CustomerHistory } from '../src/recommend/history';
import { SHOP_ARTEFACT } from '../src/recommend/learner-names';
import { recommend } from '../src/recommend/recommend';
import { ScoreVector } from '../src/recommend/score-vector';
import { ShopState } from '../src/recommend/shop-state';
import { SIGNALS } from '../src/recommend/signals';
import { EVENT_TYPES } from '../src/events/log-event';
import { TopK } from '../src/learn/select';
import { percentile, type BenchRow } from './row';

const CUSTOMERS = 1_000;
const ROUNDS = 5;
const TOP = 20;
const NONE: ReadonlySet<string> = new Set();
const MOST_EVENTS = 100_000;

/** The top 20 of one customer, by one thread, in process: from neighbours alone, and by the whole pipeline. */
export async function measurePipeline(platform: Platform, ids: readonly string[]): Promise<BenchRow[]> {
  const { artefacts } = platform;
  const newest = await artefacts.newest(SHOP_ARTEFACT);
  const active = await artefacts.active('blend');
  if (!newest) throw new Error('nothing has been learned');
  const shop = ShopState.decode(await artefacts.load(newest.id));
  shop.refreshNeighbours();
  const blend = active && decodeBlend(await artefacts.load(active.id), loadKernels());
  const histories = await historiesOf(platform, ids.slice(0, CUSTOMERS));
  const score = new ScoreVector();
  const best = new TopK(TOP);
  const neighbours = (history: CustomerHistory) => {
    score.reset(shop.products.size);
    best.reset(TOP);
    for (const { productId } of history.interests()) {
      const item = shop.products.indexOf(productId);
      if (item < 0) continue;
      const { candidates, similarities, length } = shop.interestNeighbours.spokenFor(item);
      score.addMany(candidates, similarities, length, 1);
    }
    score.offerTo(best, 0);
    return best.kept();
  };
  const pipeline = (history: CustomerHistory) =>
    recommend({
      shop,
      history,
      intent: 'PERSONAL',
      productIds: [],
      exclude: NONE,
      eligible: () => true,
      blend: blend?.model ?? null,
      models: blend?.sources,
      now: shop.clock,
      limit: TOP,
    });
  const name = `top ${TOP} of one customer, ${shop.products.size} products`;
  return [
    { name: `kernel: ${name}, from neighbours`, subject: 'freshet', ...timed(histories, neighbours) },
    { name: `pipeline: ${name}`, subject: 'freshet', ...timed(histories, pipeline) },
  ];
}

async function historiesOf({ pool }: Platform, ids: readonly string[]): Promise<CustomerHistory[]> {
  const types = EVENT_TYPES.filter((type) => SIGNALS[type].points !== 0 || SIGNALS[type].units !== 0);
  const histories: CustomerHistory[] = [];
  for (const id of ids) {
    const history = new CustomerHistory();
    const { events } = await readHistory(pool, `c:${id}`, types, MOST_EVENTS);
    for (const event of events) history.apply(event);
    if (history.size > 0) histories.push(history);
  }
  return histories;
}

/** Milliseconds, of all rounds but the first. */
function timed(histories: readonly CustomerHistory[], ask: (history: CustomerHistory) => unknown) {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (const history of histories) {
      const began = performance.now();
      ask(history);
      if (round > 0) times.push(performance.now() - began);
    }
  }
  return { p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
}
