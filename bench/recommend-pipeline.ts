import { readHistory } from '../src/events/log-reader.store';
import type { Platform } from '../src/platform/connect';
import { loadKernels } from '../src/platform/kernels';
import { decodeRanker } from '../src/recommend/artefact/ranker-artefact';
import { CustomerHistory } from '../src/live-state/history';
import { SHOP_ARTEFACT } from '../src/live-state/live-state-names';
import { ShopState } from '../src/live-state/shop-state';
import { SIGNALS } from '../src/live-state/signals';
import { EVENT_TYPES } from '../src/events/log-event';
import { neighboursOf, pipelineOf, TOP, type ListOf } from './recommend-lists';
import { percentile, type BenchRow } from './row';

const CUSTOMERS = 1_000;
const ROUNDS = 5;
const MAX_EVENTS = 100_000;

/**
 * Measures the top 20 of one customer, in one thread, in process: from neighbours alone, and from the whole pipeline.
 */
export async function measurePipeline(platform: Platform, ids: readonly string[]): Promise<BenchRow[]> {
  const { artefacts } = platform;
  const newest = await artefacts.newest(SHOP_ARTEFACT);
  const active = await artefacts.active('blend');
  if (!newest) throw new Error('nothing has been learned');
  const shop = ShopState.decode(await artefacts.load(newest.id));
  shop.refreshNeighbours();
  const blend = active && decodeRanker(await artefacts.load(active.id), loadKernels());
  const histories = await historiesOf(platform, ids.slice(0, CUSTOMERS));
  const name = `top ${TOP} of one customer, ${shop.products.size} products`;
  return [
    { name: `kernel: ${name}, from neighbours`, subject: 'freshet', ...timed(histories, neighboursOf(shop)) },
    { name: `pipeline: ${name}`, subject: 'freshet', ...timed(histories, pipelineOf(shop, blend ?? undefined)) },
  ];
}

async function historiesOf({ pool }: Platform, ids: readonly string[]): Promise<CustomerHistory[]> {
  const types = EVENT_TYPES.filter((type) => SIGNALS[type].points !== 0 || SIGNALS[type].units !== 0);
  const histories: CustomerHistory[] = [];
  for (const id of ids) {
    const history = new CustomerHistory();
    const { events } = await readHistory(pool, `c:${id}`, types, MAX_EVENTS);
    for (const event of events) history.apply(event);
    if (history.size > 0) histories.push(history);
  }
  return histories;
}

/** Returns the milliseconds of all rounds but the first. */
function timed(histories: readonly CustomerHistory[], ask: ListOf) {
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
