import { ProductService } from '../src/catalog/product.service';
import { DEMO_ARTICLES } from '../src/demo/demo-articles';
import { DEMO_LINE_COUNT, demoId, demoProducts, SINGLES_PER_LINE } from '../src/demo/demo-catalogue';
import { Outbox } from '../src/events/outbox.service';
import type { Door } from './create-streams';
import { drained } from './ingest-load';
import { keepAliveAgent, post } from './post';
import { fillCatalogue, syntheticCatalogue } from './search-service-shop';
import type { BenchShop } from './shop';

const SYNTHETIC_PRODUCTS = 5_000;
export const CUSTOMERS = 200;
/** The first one of each customer is on its way, the others are delivered. */
export const ORDERS_PER_CUSTOMER = 5;
const PARCELS_PER_ORDER = 2;
const PER_REQUEST = 500;
const HOUR_MS = 3_600_000;

const mutation = (name: string, list: string, type: string) =>
  `mutation($items: [${type}!]!) { ${name}(input: { ${list}: $items }) { accepted } }`;
const RECORD_ORDERS = mutation('recordOrders', 'orders', 'OrderInput');
const RECORD_SHIPMENTS = mutation('recordShipments', 'shipments', 'ShipmentInput');
const RECORD_SCANS = mutation('recordScans', 'scans', 'ScanInput');
const UPSERT_ARTICLES = mutation('upsertArticles', 'articles', 'ArticleInput');
const UPSERT_EXAMPLES = mutation('upsertIntentExamples', 'examples', 'IntentExampleInput');

export const orderId = (customer: number, n: number) => `w${customer}-${n}`;

/** Returns the titles of products whose names no other product of {@link fillProducts} has. */
export function productTitles(): string[] {
  const titles = new Map(demoProducts(new Date()).map(({ id, title }) => [id, title ?? '']));
  const ids = Array.from({ length: DEMO_LINE_COUNT * SINGLES_PER_LINE }, (_, n) =>
    demoId(n % DEMO_LINE_COUNT, Math.floor(n / DEMO_LINE_COUNT)),
  );
  return ids.map((id) => titles.get(id) ?? '');
}

/** Writes 5,600 synthetic products: those of the demo shop and others. */
export async function fillProducts(shop: BenchShop): Promise<void> {
  const { pool, pubSub, log } = shop.platform;
  await new ProductService(new Outbox(pool, pubSub, log)).upsert(demoProducts(new Date()));
  await fillCatalogue(shop, syntheticCatalogue(SYNTHETIC_PRODUCTS));
}

/** Records articles, and the orders of all customers with their parcels and scans. */
export async function recordFacts(shop: BenchShop, door: Door): Promise<void> {
  console.error(`${CUSTOMERS * ORDERS_PER_CUSTOMER} orders with ${PARCELS_PER_ORDER} parcels each …`);
  await sendAll(door, UPSERT_ARTICLES, DEMO_ARTICLES, DEMO_ARTICLES.length);
  const hoursAgo = (hours: number) => new Date(Date.now() - hours * HOUR_MS).toISOString();
  const orders = Array.from({ length: CUSTOMERS * ORDERS_PER_CUSTOMER }, (_, at) => ({
    customer: Math.floor(at / ORDERS_PER_CUSTOMER),
    n: at % ORDERS_PER_CUSTOMER,
  }));
  const unitPrice = { amount: '9.50', currency: 'EUR' };
  await sendAll(
    door,
    RECORD_ORDERS,
    orders.map(({ customer, n }) => ({
      ...{ id: orderId(customer, n), customerId: `c${customer}`, placedAt: hoursAgo(30 + 24 * n) },
      ...{ status: n === 0 ? 'SHIPPED' : 'DELIVERED' },
      lines: [{ id: 'a', productId: demoId(n, customer % SINGLES_PER_LINE), quantity: 1, unitPrice }],
    })),
  );
  const parcels = orders.flatMap(({ customer, n }) =>
    Array.from({ length: PARCELS_PER_ORDER }, (_, at) => ({ id: `${orderId(customer, n)}-p${at}`, customer, n })),
  );
  await sendAll(
    door,
    RECORD_SHIPMENTS,
    parcels.map(({ id, customer, n }) => ({
      ...{ id, orderId: orderId(customer, n), carrier: 'Demo', service: 'STANDARD', updatedAt: hoursAgo(29) },
      ...{ origin: { name: 'Leipzig', country: 'DE' }, destination: { country: 'FR', postcode: '75011' } },
    })),
  );
  const scans = parcels.flatMap(({ id, n }) =>
    ['PICKED_UP', 'HUB_IN', 'HUB_OUT', ...(n === 0 ? [] : ['OUT_FOR_DELIVERY', 'DELIVERED'])].map((type, at) => ({
      ...{ shipmentId: id, type, occurredAt: hoursAgo(28 + 24 * n - 4 * at), place: 'Leipzig' },
    })),
  );
  await sendAll(door, RECORD_SCANS, scans);
  await drained(shop);
}

/** Stores examples of intents. */
export function recordExamples(door: Door, examples: readonly object[]): Promise<void> {
  return sendAll(door, UPSERT_EXAMPLES, examples);
}

/** @throws Error if an item is not accepted */
async function sendAll(
  { port, adminKey }: Door,
  query: string,
  all: readonly object[],
  perRequest = PER_REQUEST,
): Promise<void> {
  const agent = keepAliveAgent(1);
  for (let at = 0; at < all.length; at += perRequest) {
    const items = all.slice(at, at + perRequest);
    const answer = await post(port, adminKey, agent, JSON.stringify({ query, variables: { items } }));
    if (!answer.includes(`"accepted":${items.length}`)) throw new Error(`not accepted: ${answer.slice(0, 300)}`);
  }
  agent.destroy();
}
