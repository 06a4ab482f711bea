import { createClient } from 'graphql-ws';
import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';
import { ProductService } from '../src/catalog/product.service';
import { demoId, demoProducts } from '../src/demo/demo-catalogue';
import { Outbox } from '../src/events/outbox.service';
import { seededRandom } from '../src/learn/seeded-random';
import type { Door } from './create-streams';
import { drained, pace, rush, sender, sendWith, type Send } from './ingest-load';
import { keepAliveAgent, post } from './post';
import { percentile, type BenchRow } from './row';
import { benchShop, type BenchShop } from './shop';
import { withoutRefreshes } from './without-refreshes';

/** Scans or events in a request. */
const BATCHES = [500, 1_000];
/** Longer, the inbox is full: what is acknowledged then is what the worker applies. */
const RUSH_MS = 3_000;
const WARM_UP_MS = 2_000;
const ORDERS = 2_000;
const PARCELS_PER_ORDER = 5;
const PER_REQUEST = 500;
const SAMPLES = 300;
const WARM_UP = 30;
/** Scans of a watched parcel; then another one is watched. */
const SCANS_PER_PARCEL = 10;
/** Pause between two samples, so that they do not queue. */
const PAUSE_MS = 60;
const TIMEOUT_MS = 5_000;
/** A machine that is too slow gives fewer samples. */
const MAX_WAIT_MS = 45_000;
/** Events a second from other customers during the samples. */
const AROUND = 500;
const AROUND_BATCH = 50;

const STEPS = ['PICKED_UP', 'HUB_IN', 'HUB_OUT', 'HUB_IN', 'HUB_OUT', 'OUT_FOR_DELIVERY'];
const RECORD_ORDERS = 'mutation($i:[OrderInput!]!){recordOrders(input:{orders:$i}){accepted errors{code}}}';
const RECORD_SHIPMENTS =
  'mutation($i:[ShipmentInput!]!){recordShipments(input:{shipments:$i}){accepted userErrors{code}}}';
const RECORD_SCANS = 'mutation($e:[ScanInput!]!){recordScans(input:{scans:$e}){accepted userErrors{code}}}';
const WATCHED = 'subscription($id: ID!) { shipmentUpdated(id: $id) { id status statusAt } }';

/**
 * Scans over GraphQL by a server key: acknowledged scans a second at full speed, compared with `recordEvents` in batches of the
 * same size (`ratio` is the rate divided by theirs); then the time from a scan to `shipmentUpdated` at a subscriber, with
 * 500 events a second around it. One API and one worker process, PostgreSQL with fsync, and the senders share the
 * machine. Shop, parcels and events are synthetic.
 */
export async function measureLogistics(): Promise<BenchRow[]> {
  const shop = await benchShop();
  try {
    const { pool, pubSub, log } = shop.platform;
    await new ProductService(new Outbox(pool, pubSub, log)).upsert(demoProducts(new Date()));
    await withoutRefreshes(shop);
    const door = await shop.open();
    await recordParcels(shop, door);
    const rows: BenchRow[] = [];
    await measureRush(shop, sender(door.port, door.adminKey, BATCHES[0], 'warm-'), BATCHES[0], WARM_UP_MS);
    await measureRush(shop, scanSender(door, BATCHES[0]), BATCHES[0], WARM_UP_MS);
    for (const batch of BATCHES) {
      console.error(`batches of ${batch} …`);
      const events = await measureRush(shop, sender(door.port, door.adminKey, batch, `e${batch}-`), batch, RUSH_MS);
      const scans = await measureRush(shop, scanSender(door, batch), batch, RUSH_MS);
      const row = (name: string, figures: Partial<BenchRow>): BenchRow => ({ name, subject: 'freshet', ...figures });
      rows.push(
        row(`events acknowledged, batches of ${batch}`, { ...events.acknowledged, unit: 'ev/s' }),
        row('applied to live state', { rate: events.appliedRate, unit: 'ev/s' }),
        row(`scans acknowledged, batches of ${batch}`, {
          ...scans.acknowledged,
          unit: 'scans/s',
          ratio: scans.acknowledged.rate / events.acknowledged.rate,
        }),
        row('applied to shipments and live state', { rate: scans.appliedRate, unit: 'scans/s' }),
      );
    }
    rows.push(await measureUpdates(door));
    return rows;
  } finally {
    await shop.close();
  }
}

const parcelId = (n: number) => `parcel-${n}`;

/** Records orders, and their parcels without scans. */
async function recordParcels(shop: BenchShop, { port, adminKey }: Door): Promise<void> {
  console.error(`${ORDERS} orders with ${PARCELS_PER_ORDER} parcels each …`);
  const agent = keepAliveAgent(1);
  const placedAt = new Date(Date.now() - 86_400_000).toISOString();
  const send = async (query: string, items: readonly object[]) => {
    for (let at = 0; at < items.length; at += PER_REQUEST) {
      const part = items.slice(at, at + PER_REQUEST);
      const answer = await post(port, adminKey, agent, JSON.stringify({ query, variables: { i: part } }));
      if (!answer.includes(`"accepted":${part.length}`)) throw new Error(`not accepted: ${answer.slice(0, 300)}`);
    }
  };
  const price = { amount: '9.50', currency: 'EUR' };
  const orders = Array.from({ length: ORDERS }, (_, n) => ({
    ...{ id: `o${n}`, customerId: `c${n}`, placedAt },
    lines: [{ id: 'a', productId: demoId(0, 0), quantity: 1, unitPrice: price }],
  }));
  await send(RECORD_ORDERS, orders);
  const parcels = Array.from({ length: ORDERS * PARCELS_PER_ORDER }, (_, n) => ({
    ...{ id: parcelId(n), orderId: `o${n % ORDERS}`, carrier: 'Demo', service: 'STANDARD', updatedAt: placedAt },
    ...{ origin: { name: 'Leipzig', country: 'DE' }, destination: { country: 'FR', postcode: '75011' } },
  }));
  await send(RECORD_SHIPMENTS, parcels);
  agent.destroy();
  await drained(shop);
}

let sequence = 0;

/** Sends scans of all parcels in turn. */
function scanSender({ port, adminKey }: Door, batch: number): Send {
  return sendWith(
    port,
    adminKey,
    batch,
    (now) => {
      const n = ++sequence;
      const step = STEPS[Math.floor(n / (ORDERS * PARCELS_PER_ORDER)) % STEPS.length];
      return `{"shipmentId":"${parcelId(n % (ORDERS * PARCELS_PER_ORDER))}","id":"s${n}","type":"${step}","occurredAt":"${now}","place":"Leipzig","rawCode":"AA"}`;
    },
    RECORD_SCANS,
  );
}

async function measureRush(shop: BenchShop, send: Send, batch: number, ms: number) {
  const began = performance.now();
  const acknowledged = await rush(send, batch, ms);
  const sentAt = performance.now();
  await drained(shop);
  const share = (sentAt - began) / (performance.now() - began);
  return { acknowledged, appliedRate: acknowledged.rate * share };
}

/** Measures the time from sending a scan to the changed shipment at a live graphql-ws subscriber. */
async function measureUpdates({ port, adminKey }: Door): Promise<BenchRow> {
  const name = `scan sent → shipmentUpdated at a subscriber, ${AROUND} ev/s around`;
  console.error(`${name} …`);
  let isOver = false;
  const around = pace(sender(port, adminKey, AROUND_BATCH, 'around-'), {
    ...{ batch: AROUND_BATCH, rate: AROUND },
    isOver: () => isOver,
  });
  const random = seededRandom(AROUND);
  const samples: number[] = [];
  let missing = 0;
  const begun = performance.now();
  for (let n = -WARM_UP; n < SAMPLES && performance.now() - begun < MAX_WAIT_MS; n += SCANS_PER_PARCEL) {
    const watched = await WatchedParcel.open({ port, adminKey }, parcelId(n + WARM_UP));
    for (let scan = 0; scan < SCANS_PER_PARCEL; scan++) {
      await sleep(PAUSE_MS * (0.5 + random()));
      const milliseconds = await watched.scan(STEPS[1 + (scan % 4)]);
      if (n < 0) continue;
      if (Number.isNaN(milliseconds)) missing++;
      else samples.push(milliseconds);
    }
    await watched.close();
  }
  isOver = true;
  const { sent, seconds } = await around;
  const count = samples.length + missing;
  if (count < SAMPLES) console.error(`only ${count} of ${SAMPLES} samples in ${MAX_WAIT_MS / 1_000} s`);
  if (missing > 0) console.error(`${missing} of ${count} changes did not arrive within ${TIMEOUT_MS} ms`);
  return {
    ...{ name, subject: 'freshet', p50: percentile(samples, 0.5), p95: percentile(samples, 0.95) },
    p99: missing > count / 100 ? TIMEOUT_MS : percentile(samples, 0.99),
    ...{ rate: sent / seconds, unit: 'ev/s' },
  };
}

/** Subscribes to a parcel over graphql-ws and records its scans. */
class WatchedParcel {
  private readonly agent = keepAliveAgent(1);
  private readonly sockets: ReturnType<typeof createClient>;
  private statusAt: string | null | undefined;
  private onUpdate: (() => void) | undefined;

  private constructor(
    private readonly door: Door,
    private readonly id: string,
  ) {
    this.sockets = createClient({
      url: `ws://127.0.0.1:${door.port}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { apiKey: door.adminKey },
    });
    this.sockets.subscribe<{ shipmentUpdated: { statusAt: string | null } }>(
      { query: WATCHED, variables: { id } },
      {
        next: ({ data }) => {
          this.statusAt = data?.shipmentUpdated.statusAt;
          this.onUpdate?.();
        },
        error: (error) => console.error(error),
        complete: () => undefined,
      },
    );
  }

  /** Resolves when the subscription has sent the parcel. */
  static async open(door: Door, id: string): Promise<WatchedParcel> {
    const watched = new WatchedParcel(door, id);
    await watched.until(() => watched.statusAt !== undefined);
    return watched;
  }

  /** @returns milliseconds from sending the scan to the changed parcel; NaN if it took longer than {@link TIMEOUT_MS} */
  async scan(type: string): Promise<number> {
    const { port, adminKey } = this.door;
    const occurredAt = new Date().toISOString();
    const sentAt = performance.now();
    const variables = { e: [{ shipmentId: this.id, type, occurredAt, place: 'Leipzig' }] };
    const answered = post(port, adminKey, this.agent, JSON.stringify({ query: RECORD_SCANS, variables }));
    const updatedAt = await this.until(() => this.statusAt === occurredAt);
    await answered;
    return updatedAt - sentAt;
  }

  async close(): Promise<void> {
    await this.sockets.dispose();
    this.agent.destroy();
  }

  /** @returns when the condition holds after an update; NaN if it takes too long */
  private until(condition: () => boolean): Promise<number> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(NaN), TIMEOUT_MS);
      this.onUpdate = () => {
        if (!condition()) return;
        clearTimeout(timer);
        this.onUpdate = undefined;
        resolve(performance.now());
      };
      this.onUpdate();
    });
  }
}
