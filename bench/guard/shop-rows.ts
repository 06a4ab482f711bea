import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ProductService } from '../../src/catalog/product.service';
import { demoProducts } from '../../src/demo/demo-catalogue';
import { Outbox } from '../../src/events/outbox.service';
import { seededRandom } from '../../src/learn/seeded-random';
import { createStreams, type Door } from '../create-streams';
import { drained, sendBatches, sender } from '../ingest-load';
import { take, writeLines } from '../large-import';
import { measureLists } from '../large-load';
import { eventLines } from '../large-shop';
import { writeOrders } from '../orders';
import { benchShop, type BenchShop } from '../shop';
import { TEN_STREAMS } from '../ten-streams';
import { cpuOfEndedChildren } from '../usage';
import { MAX_CHANGE_MS, WatchedList } from '../watched-list';
import { withoutRefreshes } from '../without-refreshes';
import type { GuardRow } from './guard-row';
import { ReferenceBeside } from './reference-beside';

const IMPORT_LINES = 50_000;
const BATCH = 500;
const WARM_UP_BATCHES = 40;
const BATCHES = 50;
/** Number of distinct customers. */
const CUSTOMERS = 20_000;
const LIST_CONNECTIONS = 10;
const LISTS = 1_000;
const WARM_UP_CHANGES = 20;
const CHANGES = 80;
const WARM_UP_ORDERS = 500;
const ORDERS = 3_000;
/** A shop that uses less of a core than this during one sample is idle. */
const IDLE_SHARE = 0.1;
const LOOK_MS = 250;
const MAX_SETTLING_MS = 5_000;
/** Longer than the first rebuild of EASE for 4,096 products. */
const MAX_BACKGROUND_MS = 60_000;
/** How long the idle shop is observed before each row, and the largest share of a core that it may use. */
const IDLE_MS = 1_500;
const MAX_IDLE_SHARE = 0.25;

/**
 * Measures the cost of a whole shop, with real processes, PostgreSQL and Redis. Each row is measured `rounds` times.
 */
export async function measureShop(rounds: number): Promise<GuardRow[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'freshet-guard-'));
  const reference = await ReferenceBeside.start();
  const shop = await benchShop();
  try {
    const guarded = new GuardedShop(shop, reference, rounds);
    await guarded.importEvents(folder);
    await prepare(shop);
    const door = await shop.open();
    const send = sender(door.port, door.adminKey, BATCH, 'g');
    await guarded.ingest('ingest', 'without streams', send);
    await guarded.lists(door);
    await guarded.changes(door);
    await guarded.orders(door);
    // The streams count only new events: filling them from the log would take longer than everything else.
    const streams = TEN_STREAMS.map((stream) => ({ ...stream, backfill: false }));
    await createStreams(door, streams);
    await guarded.ingest('ingest-ten-streams', 'with ten streams', send);
    return guarded.rows;
  } finally {
    reference.stop();
    await shop.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Fills the catalogue, and prevents model refreshes during the measurement. */
async function prepare(shop: BenchShop): Promise<void> {
  const { pool, pubSub, log } = shop.platform;
  await new ProductService(new Outbox(pool, pubSub, log)).upsert(demoProducts(new Date()));
  await withoutRefreshes(shop);
}

class GuardedShop {
  readonly rows: GuardRow[] = [];
  /** The CPU use of the idle API and worker, as a share of a core. */
  private idleShare = 0;

  constructor(
    private readonly shop: BenchShop,
    private readonly reference: ReferenceBeside,
    private readonly rounds: number,
  ) {}

  async importEvents(folder: string): Promise<void> {
    const file = path.join(folder, 'events.jsonl');
    const size = { customers: 30_000, products: 5_000, events: this.rounds * IMPORT_LINES, files: this.rounds };
    const lines = eventLines(size, 1, Math.floor(Date.now() / 86_400_000) * 86_400_000);
    const what = `one line of \`import events\` of ${IMPORT_LINES}, learned: CPU time of the whole command`;
    await this.measure('import', what, async () => {
      await writeLines(file, take(lines, IMPORT_LINES));
      const before = cpuOfEndedChildren();
      await this.shop.command(['import', 'events', file, '--json']);
      return (cpuOfEndedChildren() - before) / IMPORT_LINES;
    });
  }

  async ingest(name: string, streams: string, send: () => Promise<number>): Promise<void> {
    await sendBatches(send, WARM_UP_BATCHES);
    await drained(this.shop);
    await this.watchIdle();
    const what = `one event of recordEvents in batches of ${BATCH}, ${streams}: CPU time of API and worker until it is learned`;
    await this.measure(name, what, () =>
      this.cpuOf(BATCH * BATCHES, async () => {
        await sendBatches(send, BATCHES);
        await drained(this.shop);
      }),
    );
  }

  async lists(door: Door): Promise<void> {
    let asked = 0;
    const ask = (requests: number) =>
      measureLists('', { ...door, connections: LIST_CONNECTIONS, requests }, () => `c${(7_919 * asked++) % CUSTOMERS}`);
    await ask(LISTS);
    await this.watchIdle();
    const what =
      'one list of 10 products for a customer who has not asked before, through GraphQL: CPU time of the API';
    await this.measure('lists-graphql', what, () => this.cpuOf(LISTS, () => ask(LISTS)));
  }

  async orders(door: Door): Promise<void> {
    const write = async (count: number) => {
      const { errors } = await writeOrders(door, 1, (orders) => orders >= count);
      if (errors.size > 0) throw new Error(`orders were refused: ${[...errors.keys()].join()}`);
    };
    await write(WARM_UP_ORDERS);
    await this.watchIdle();
    const what = 'one order of recordOrders, one a request, by 20 writers: CPU time of API and worker';
    await this.measure('orders', what, () => this.cpuOf(ORDERS, () => write(ORDERS)));
  }

  async changes(door: Door): Promise<void> {
    const random = seededRandom(1);
    const products = demoProducts(new Date());
    const watched = new WatchedList(door, random, () => products[Math.floor(products.length * random())].id);
    const change = async (times: number) => {
      for (let n = 0; n < times; n++)
        if (Number.isNaN(await watched.change()))
          throw new Error(`a changed list did not come within ${MAX_CHANGE_MS} ms`);
    };
    await change(WARM_UP_CHANGES);
    await this.watchIdle();
    const what =
      "a customer's own event until the changed list at a subscriber, and its undoing: CPU time of API and worker";
    await this.measure('own-event', what, () => this.cpuOf(CHANGES, () => change(CHANGES)));
    await watched.close();
  }

  /**
   * Returns CPU seconds of the API and the worker for each of `units`, including the work that follows. The CPU time
   * that an idle shop uses in the same time is subtracted: on a busy machine the work takes longer and would include
   * more of it.
   */
  private async cpuOf(units: number, work: () => Promise<unknown>): Promise<number> {
    const before = this.shop.usage().cpuSeconds;
    const began = performance.now();
    await work();
    await this.settled();
    const idle = (this.idleShare * (performance.now() - began)) / 1_000;
    const cpu = this.shop.usage().cpuSeconds - before - idle;
    if (!(cpu > 0)) throw new Error('the API and the worker used less CPU time than while idle');
    return cpu / units;
  }

  /** Measures the idle share. Work in the background, such as the first rebuild of EASE, may begin late: it waits for it. */
  private async watchIdle(): Promise<void> {
    const deadline = performance.now() + MAX_BACKGROUND_MS;
    do {
      await this.settled();
      const before = this.shop.usage().cpuSeconds;
      const began = performance.now();
      await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
      this.idleShare = (1_000 * (this.shop.usage().cpuSeconds - before)) / (performance.now() - began);
    } while (this.idleShare > MAX_IDLE_SHARE && performance.now() < deadline);
    if (this.idleShare > MAX_IDLE_SHARE)
      throw new Error(`the idle API and worker use ${(100 * this.idleShare).toFixed(0)} % of a core`);
  }

  private async settled(): Promise<void> {
    const began = performance.now();
    let cpu = this.shop.usage().cpuSeconds;
    while (performance.now() - began < MAX_SETTLING_MS) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      const before = cpu;
      cpu = this.shop.usage().cpuSeconds;
      if (cpu - before <= (IDLE_SHARE * LOOK_MS) / 1_000) return;
    }
  }

  /** @param work returns the CPU time of one unit in seconds */
  private async measure(name: string, what: string, work: () => Promise<number>): Promise<void> {
    for (let round = 0; round < this.rounds; round++) {
      const ratio = await this.reference.unitsPerPass(async () => 1_000 * (await work()));
      this.rows.push({ name, what, ratio });
    }
  }
}
