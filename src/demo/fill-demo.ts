import { ApiKeyService } from '../auth/api-key.service';
import { ProductService } from '../catalog/product.service';
import type { ProductInput } from '../catalog/product.type';
import { BackfillService } from '../events/backfill.service';
import type { EventLog } from '../events/event-log';
import { newestPosition } from '../events/position.store';
import type { ItemError } from '../graphql/item-error.type';
import { OrderService } from '../orders/order.service';
import type { Platform } from '../platform/connect';
import type { Pool } from '../platform/postgres';
import { retryOutages } from '../platform/retry-outages';
import { readSettings } from '../platform/settings';
import { waitForLearner } from '../live-state/learner/wait-for-learner';
import { StreamService } from '../streams/stream.service';
import type { StreamInput } from '../streams/stream-input.type';
import { demoProducts } from './demo-catalogue';
import { DEMO_STOREFRONT_KEY, EDITION, FILLED_SETTING, OPENED_AT_SETTING } from './demo-names';
import { demoOrderHistory, pricesByProduct } from './demo-orders';
import { type DemoSize, type DemoHistory, demoHistory } from './demo-history';
import { LIVE_DEMO_STREAMS, BACKFILLED_DEMO_STREAMS } from './demo-streams';

const EVENTS_PER_BATCH = 5_000;
const ORDERS_PER_BATCH = 1_000;
const BACKFILL_SENDER = { by: 'demo', backfill: true } as const;
/** Codes of the errors that occur if an interrupted run has already written the data. */
const ALREADY_WRITTEN_CODES = new Set(['STALE', 'CONFLICT']);

/** Returns whether `fillDemo` has created this shop. */
export async function isDemo(pool: Pool): Promise<boolean> {
  return (await readSettings(pool, [OPENED_AT_SETTING])).has(OPENED_AT_SETTING);
}

/** Runs one idempotent step, and repeats it if PostgreSQL fails meanwhile. */
type RunStep = <T>(step: () => Promise<T>) => Promise<T>;

/**
 * Fills the demo shop once with synthetic products, customers, searches, visits and orders. After an interruption, the
 * next call completes the data: it generates the same data again and writes what is missing. The data is the same,
 * because it depends only on the time of the first opening. Workers fit the models while the shop is open.
 */
export async function fillDemo(
  platform: Platform,
  eventLog: EventLog,
  onProgress: (line: string) => void,
  extent: DemoSize = {},
): Promise<void> {
  const { pool, prisma, log } = platform;
  const run: RunStep = (step) =>
    retryOutages(step, ({ message }) =>
      log.warn({ error: message }, 'filling the demo shop interrupted by a PostgreSQL outage; repeating the step'),
    );
  await run(() => new ApiKeyService(prisma).ensureKey('STOREFRONT', 'demo', DEMO_STOREFRONT_KEY));
  const filled = await run(() => prisma.setting.findUnique({ where: { name: FILLED_SETTING } }));
  if (filled?.value === EDITION) return;
  const now = String(Date.now());
  const { value } = await run(() =>
    prisma.setting.upsert({
      where: { name: OPENED_AT_SETTING },
      create: { name: OPENED_AT_SETTING, value: now },
      update: {},
    }),
  );
  const openedAt = Number(value);
  const { outbox } = eventLog;
  const streams = new StreamService(pool, outbox);
  const products = demoProducts(new Date(openedAt));
  const past = demoHistory(products, openedAt, extent);
  const { earlierPurchases, orders } = past;
  const events = [...earlierPurchases, ...past.events];
  onProgress(
    `Filling the demo shop: ${products.length} products, ${orders.length} orders and ${events.length} events, all of them synthetic …`,
  );
  await run(() => new ProductService(outbox).upsert(products));
  await createStreams(run, streams, BACKFILLED_DEMO_STREAMS);
  const backfill = new BackfillService(eventLog);
  for (let at = 0; at < events.length; at += EVENTS_PER_BATCH)
    await run(() => backfill.append(events.slice(at, at + EVENTS_PER_BATCH)));
  await recordOrders(run, new OrderService(eventLog), past, products, openedAt);
  await createStreams(run, streams, LIVE_DEMO_STREAMS);
  await run(() => outbox.markPublished());
  await run(async () => waitForLearner(platform, await newestPosition(pool)));
  await run(() =>
    prisma.setting.upsert({
      where: { name: FILLED_SETTING },
      create: { name: FILLED_SETTING, value: EDITION },
      update: { value: EDITION },
    }),
  );
}

async function recordOrders(
  run: RunStep,
  service: OrderService,
  { orders }: DemoHistory,
  products: readonly ProductInput[],
  now: number,
): Promise<void> {
  const prices = pricesByProduct(products);
  for (let at = 0; at < orders.length; at += ORDERS_PER_BATCH) {
    const histories = orders.slice(at, at + ORDERS_PER_BATCH).map((order) => demoOrderHistory(order, prices, now));
    const orderInputs = histories.map(({ order }) => order);
    requireAlreadyWritten((await run(() => service.record(orderInputs, BACKFILL_SENDER))).errors);
    const payments = histories.flatMap((story) => story.payments);
    for (const kind of ['CHARGE', 'REFUND'] as const) {
      const paymentsOfKind = payments.filter((payment) => payment.kind === kind);
      requireAlreadyWritten((await run(() => service.pay(paymentsOfKind, BACKFILL_SENDER))).errors);
    }
    for (const { partReturn } of histories)
      if (partReturn) requireAlreadyWritten((await run(() => service.move(partReturn, BACKFILL_SENDER))).errors);
  }
}

async function createStreams(run: RunStep, service: StreamService, inputs: readonly StreamInput[]): Promise<void> {
  for (const input of inputs) requireAlreadyWritten((await run(() => service.create(input))).errors);
}

function requireAlreadyWritten(errors: readonly ItemError[]): void {
  const error = errors.find(({ code }) => !ALREADY_WRITTEN_CODES.has(code));
  if (error) throw new Error(`the demo shop could not be filled: ${error.path ?? ''} ${error.message}`);
}
