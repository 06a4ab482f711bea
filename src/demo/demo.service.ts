import { ApiKeyService } from '../auth/api-key.service';
import { ProductService } from '../catalog/product.service';
import type { ProductInput } from '../catalog/product.type';
import { BackfillService } from '../events/backfill.service';
import { Outbox } from '../events/outbox';
import { newestPosition } from '../events/position';
import type { ItemError } from '../graphql/item-error.type';
import { OrderService } from '../orders/order.service';
import type { Platform } from '../platform/connect';
import { awaitLearned } from '../recommend/await-learned.service';
import { StreamService } from '../streams/stream.service';
import type { StreamInput } from '../streams/stream-input.type';
import { demoProducts } from './demo-catalogue';
import { DEMO_STOREFRONT_KEY, EDITION, FILLED, OPENED_AT } from './demo-names';
import { orderStory, pricesOf } from './demo-orders';
import { type DemoExtent, type DemoPast, demoPast } from './demo-past';
import { STREAMS_FROM_NOW_ON, STREAMS_OF_THE_PAST } from './demo-streams';

const EVENTS_AT_ONCE = 5_000;
const ORDERS_AT_ONCE = 1_000;
const PAST = { by: 'demo', backfill: true } as const;
/** What an interrupted filling has written already. */
const KNOWN = new Set(['STALE', 'CONFLICT']);

/** Whether this shop was made by `fillDemo`. */
export async function isDemo(prisma: Platform['prisma']): Promise<boolean> {
  return (await prisma.setting.findUnique({ where: { name: OPENED_AT } })) !== null;
}

/**
 * Fills the demo shop with synthetic products, customers, searches, visits and orders, once. Interrupted, it is continued:
 * the same comes of the same first opening, and what is there already is not taken again. What is learned of it, the
 * workers fit while the shop is open.
 */
export async function fillDemo(
  platform: Platform,
  onProgress: (line: string) => void,
  extent: DemoExtent = {},
): Promise<void> {
  const { pool, prisma, pubSub, log } = platform;
  await new ApiKeyService(prisma).ensureKey('STOREFRONT', 'demo', DEMO_STOREFRONT_KEY);
  const filled = await prisma.setting.findUnique({ where: { name: FILLED } });
  if (filled?.value === EDITION) return;
  const { value } = await prisma.setting.upsert({
    where: { name: OPENED_AT },
    create: { name: OPENED_AT, value: String(Date.now()) },
    update: {},
  });
  const openedAt = Number(value);
  const outbox = new Outbox(pool, pubSub, log);
  const streams = new StreamService(pool, outbox);
  const products = demoProducts(new Date(openedAt));
  const past = demoPast(products, openedAt, extent);
  const { events, orders } = past;
  onProgress(
    `Filling the demo shop: ${products.length} products, ${orders.length} orders and ${events.length} events, all of them synthetic …`,
  );
  await new ProductService(pool, outbox).upsert(products);
  await createStreams(streams, STREAMS_OF_THE_PAST);
  const backfill = new BackfillService(pool, outbox);
  for (let at = 0; at < events.length; at += EVENTS_AT_ONCE)
    await backfill.append(events.slice(at, at + EVENTS_AT_ONCE));
  await recordOrders(new OrderService(pool, outbox), past, products, openedAt);
  await createStreams(streams, STREAMS_FROM_NOW_ON);
  await outbox.mark();
  await awaitLearned(platform, await newestPosition(pool));
  await prisma.setting.upsert({
    where: { name: FILLED },
    create: { name: FILLED, value: EDITION },
    update: { value: EDITION },
  });
}

async function recordOrders(
  service: OrderService,
  { orders }: DemoPast,
  products: readonly ProductInput[],
  now: number,
): Promise<void> {
  const prices = pricesOf(products);
  for (let at = 0; at < orders.length; at += ORDERS_AT_ONCE) {
    const stories = orders.slice(at, at + ORDERS_AT_ONCE).map((order) => orderStory(order, prices, now));
    const { errors } = await service.record(
      stories.map(({ order }) => order),
      PAST,
    );
    expectKnown(errors);
    const payments = stories.flatMap((story) => story.payments);
    for (const kind of ['CHARGE', 'REFUND'] as const) {
      const paid = payments.filter((payment) => payment.kind === kind);
      expectKnown((await service.pay(paid, PAST)).errors);
    }
    for (const { partReturn } of stories) if (partReturn) expectKnown((await service.move(partReturn, PAST)).errors);
  }
}

async function createStreams(service: StreamService, inputs: readonly StreamInput[]): Promise<void> {
  for (const input of inputs) expectKnown((await service.create(input)).errors);
}

function expectKnown(errors: readonly ItemError[]): void {
  const error = errors.find(({ code }) => !KNOWN.has(code));
  if (error) throw new Error(`the demo shop could not be filled: ${error.path ?? ''} ${error.message}`);
}
