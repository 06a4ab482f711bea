import { BackfillService } from '../events/backfill.service';
import { ProductService } from '../catalog/product.service';
import { ApiKeyService } from '../auth/api-key.service';
import { Outbox } from '../events/outbox';
import { newestPosition } from '../events/position';
import type { Platform } from '../platform/connect';
import { awaitLearned } from '../recommend/await-learned.service';
import { refreshNow } from '../models/refresh-process.service';
import { demoProducts } from './demo-catalogue';
import { demoEvents } from './demo-events';

/** The demo shop's storefront key. Public on purpose, and known in no other shop. */
export const DEMO_STOREFRONT_KEY = 'demo-storefront-key';

const EVENTS_AT_ONCE = 5_000;
const OPENED_AT = 'demo_opened_at';
const FILLED = 'demo_filled';

/** Whether this shop was made by `fillDemo`. */
export async function isDemo(prisma: Platform['prisma']): Promise<boolean> {
  return (await prisma.setting.findUnique({ where: { name: OPENED_AT } })) !== null;
}

/**
 * Fills the demo shop with synthetic products, customers and half a year of events, once. Interrupted, it is continued:
 * the same events come of the same first opening, and what is in the log already is not taken again.
 */
export async function fillDemo(platform: Platform, onProgress: (line: string) => void): Promise<void> {
  const { pool, prisma, pubSub, log } = platform;
  await new ApiKeyService(prisma).ensureKey('STOREFRONT', 'demo', DEMO_STOREFRONT_KEY);
  if (await prisma.setting.findUnique({ where: { name: FILLED } })) return;
  const { value } = await prisma.setting.upsert({
    where: { name: OPENED_AT },
    create: { name: OPENED_AT, value: String(Date.now()) },
    update: {},
  });
  const openedAt = Number(value);
  const outbox = new Outbox(pool, pubSub, log);
  const products = demoProducts(new Date(openedAt));
  const events = demoEvents(openedAt);
  onProgress(`Filling the demo shop: ${products.length} products and ${events.length} events, all of them synthetic …`);
  await new ProductService(pool, outbox).upsert(products);
  const backfill = new BackfillService(pool, outbox);
  for (let at = 0; at < events.length; at += EVENTS_AT_ONCE)
    await backfill.append(events.slice(at, at + EVENTS_AT_ONCE));
  await outbox.mark();
  await awaitLearned(platform, await newestPosition(pool));
  await refreshNow(platform, 'blend');
  await prisma.setting.create({ data: { name: FILLED, value: 'true' } });
}
