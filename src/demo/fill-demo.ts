import { MS_PER_DAY } from '../learn/durations';
import { AdDefinitionsService } from '../ads/definitions/ad-definitions.service';
import { ApiKeyService } from '../auth/api-key.service';
import { RequestIds } from '../auth/request-id.service';
import { ProductConditionsService } from '../catalog/product-conditions.service';
import { ProductService } from '../catalog/product.service';
import type { ProductInput } from '../catalog/product.type';
import { ProductsReadModel } from '../catalog/products.read-model';
import { CustomerService, MAX_CUSTOMERS_PER_REQUEST } from '../customers/customer.service';
import { BackfillService } from '../events/backfill.service';
import type { EventLog } from '../events/event-log';
import { newestPosition } from '../events/position.store';
import type { ItemError } from '../graphql/item-error.type';
import type { UserError } from '../graphql/user-error.type';
import { parcelStreams } from '../logistics/parcel-streams';
import { AlertRuleService } from '../monitoring/alerts/alert-rule.service';
import { orderStreams } from '../orders/order-streams';
import { OrderService } from '../orders/order.service';
import type { Platform } from '../platform/connect';
import type { Pool } from '../platform/postgres';
import type { PrismaClient } from '../platform/prisma';
import { runYielding } from '../platform/run-yielding';
import { retryOutages } from '../platform/retry-outages';
import { readSettings } from '../platform/settings';
import { waitForLearner } from '../live-state/learner/wait-for-learner';
import { StarterSynonymService } from '../search/synonyms/starter/starter-synonym.service';
import { StreamService } from '../streams/stream.service';
import type { StreamInput } from '../streams/stream-input.type';
import { ArticleService } from '../support/articles/article.service';
import { defineDemoAds } from './demo-ads';
import { DEMO_ARTICLES } from './demo-articles';
import { DEMO_ALERT_RULES } from './demo-alert-rules';
import { demoProducts } from './demo-catalogue';
import { DEMO_CUSTOMER_COUNT, demoCustomer } from './demo-customers';
import { DEMO_STOREFRONT_KEY, EDITION, EDITION_SETTING, FILLED_SETTING, OPENED_AT_SETTING } from './demo-names';
import { ConversationFiller } from './conversation-filler.service';
import { demoConversations } from './demo-conversations';
import { demoOrderHistory, pricesByProduct } from './demo-orders';
import { type DemoSize, type DemoHistory, demoHistoryInSteps } from './demo-history';
import { offeredCustomerIds, personaAttributes } from './demo-personas';
import { PARCEL_DAYS } from './demo-parcels';
import { LIVE_DEMO_STREAMS, BACKFILLED_DEMO_STREAMS } from './demo-streams';

/** The language of the demo's products, as ISO 639-1 code. */
const DEMO_LANGUAGE = 'en';
/** Small enough that a slow machine does not exceed the time that a transaction may be idle while it prepares a batch. */
const EVENTS_PER_BATCH = 1_000;
const ORDERS_PER_BATCH = 250;
/** Longest computation without a break, so that progress can be printed. */
const TIME_SLICE_MS = 50;
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
 * because it depends only on the time of the first opening and on the shop's secret of request ids. Workers fit the
 * models while the shop is open.
 * @param onProgress receives lines to print
 * @param onStep receives what is under way, more often
 */
export async function fillDemo(
  platform: Platform,
  eventLog: EventLog,
  onProgress: (line: string) => void,
  extent: DemoSize = {},
  onStep: (text: string) => void = () => undefined,
): Promise<void> {
  const { pool, prisma, log } = platform;
  const run: RunStep = (step) =>
    retryOutages(step, ({ message }) =>
      log.warn({ error: message }, 'filling the demo shop interrupted by a PostgreSQL outage; repeating the step'),
    );
  await run(() => new ApiKeyService(platform).ensureKey('STOREFRONT', 'demo', DEMO_STOREFRONT_KEY));
  const filled = await run(() => readSettings(pool, [FILLED_SETTING]));
  if (filled.get(FILLED_SETTING) === EDITION) return;
  await run(() => storeSetting(prisma, EDITION_SETTING, EDITION));
  const openedAt = Number((await run(() => storeSetting(prisma, OPENED_AT_SETTING, String(Date.now())))).value);
  const requestIds = new RequestIds(pool);
  await run(() => requestIds.start());
  const products = demoProducts(new Date(openedAt));
  onStep('Generating the history of the demo shop');
  const past = await runYielding(
    demoHistoryInSteps(products, openedAt, extent, (content, who, seed) => requestIds.issue(content, who, seed)),
    TIME_SLICE_MS,
  );
  const eventCount = past.earlierPurchases.length + past.events.length;
  onProgress(
    `Filling the demo shop: ${products.length} products, ${past.orders.length} orders and ${eventCount} events, all of them synthetic …`,
  );
  await writeHistory(run, platform, eventLog, {
    openedAt,
    products,
    past,
    customerCount: extent.customers ?? DEMO_CUSTOMER_COUNT,
    onStep: (text) => onStep(`Filling the demo shop: ${text}`),
  });
  await run(() => eventLog.outbox.markPublished());
  const onLearned = (share: number) => onStep(`Learning from the events of the demo shop: ${percent(share)}`);
  await run(async () => waitForLearner(platform, await newestPosition(pool), onLearned));
  await run(() => storeSetting(prisma, FILLED_SETTING, EDITION));
}

/** Stores a setting unless it has a value. */
function storeSetting(prisma: PrismaClient, name: string, value: string) {
  return prisma.setting.upsert({ where: { name }, create: { name, value }, update: {} });
}

interface FilledData {
  readonly openedAt: number;
  readonly products: readonly ProductInput[];
  readonly past: DemoHistory;
  readonly customerCount: number;
  readonly onStep: (text: string) => void;
}

const percent = (share: number): string => `${Math.floor(100 * share)} %`;

/** Writes the catalogue with its synonyms, and the history with the streams and alert rules that follow it. */
async function writeHistory(run: RunStep, platform: Platform, eventLog: EventLog, data: FilledData): Promise<void> {
  const { pool, prisma, pubSub, config } = platform;
  const { openedAt, products, past, onStep } = data;
  const { outbox } = eventLog;
  const streams = new StreamService(pool, outbox);
  onStep('products');
  await run(() => new ProductService(outbox).upsert(products));
  await run(() => new StarterSynonymService(pool, outbox).use({ language: DEMO_LANGUAGE, enabled: true }));
  requireAlreadyWritten((await run(() => new ArticleService(pool, outbox).upsert(DEMO_ARTICLES))).userErrors);
  await createStreams(run, streams, BACKFILLED_DEMO_STREAMS);
  const backfill = new BackfillService(eventLog);
  const events = [...past.earlierPurchases, ...past.events];
  for (let at = 0; at < events.length; at += EVENTS_PER_BATCH) {
    onStep(`events, ${percent(at / events.length)}`);
    await run(() => backfill.append(events.slice(at, at + EVENTS_PER_BATCH)));
  }
  await recordOrders(run, new OrderService(eventLog), data);
  await recordParcels(run, backfill, data);
  onStep('customers');
  const customers = new CustomerService(pool, prisma, outbox, new ProductsReadModel());
  await describeCustomers(run, customers, data);
  onStep('conversations');
  const conversations = demoConversations(past.orders, products, openedAt);
  await run(() => new ConversationFiller(platform, eventLog, products).fill(conversations));
  onStep('streams, ads and alert rules');
  await createStreams(run, streams, [
    ...orderStreams(config.timeZone),
    ...parcelStreams(config.timeZone),
    ...LIVE_DEMO_STREAMS,
  ]);
  await defineAds(run, platform, eventLog, openedAt);
  const rules = new AlertRuleService({ pool, pubSub, streamOf: (id) => streams.stream(id) });
  for (const rule of DEMO_ALERT_RULES) requireAlreadyWritten((await run(() => rules.create(rule))).errors);
}

async function defineAds(run: RunStep, { pool, config }: Platform, { outbox }: EventLog, openedAt: number) {
  const conditions = new ProductConditionsService({
    attributesOf: () => Promise.resolve(undefined),
    profileOf: () => Promise.reject(new Error('The demo has no condition over customers.')),
  });
  const service = new AdDefinitionsService({ pool, outbox, conditions, timeZone: config.timeZone });
  await defineDemoAds(service, new Date(openedAt), async (step) => requireAlreadyWritten((await run(step)).userErrors));
}

/** Stores who the customers are, as far as it is not stored yet. */
async function describeCustomers(
  run: RunStep,
  service: CustomerService,
  { openedAt, past, customerCount }: FilledData,
): Promise<void> {
  const offered = offeredCustomerIds(past.orders);
  for (let first = 1; first <= customerCount; first += MAX_CUSTOMERS_PER_REQUEST) {
    const count = Math.min(MAX_CUSTOMERS_PER_REQUEST, customerCount - first + 1);
    const customers = Array.from({ length: count }, (_, index) => demoCustomer(first + index));
    const stored = await run(() => service.findAll(customers.map(({ id }) => id)));
    const described = new Set(stored.filter(({ updatedAt }) => updatedAt !== null).map(({ id }) => id));
    const inputs = customers
      .filter(({ id }) => !described.has(id))
      .map((customer) => ({
        id: customer.id,
        attributes: { ...personaAttributes(customer, offered.has(customer.id)) },
        updatedAt: new Date(openedAt),
      }));
    if (inputs.length > 0) requireAlreadyWritten((await run(() => service.upsert(inputs))).errors);
  }
}

async function recordOrders(
  run: RunStep,
  service: OrderService,
  { past: { orders }, products, openedAt: now, onStep }: FilledData,
): Promise<void> {
  const prices = pricesByProduct(products);
  for (let at = 0; at < orders.length; at += ORDERS_PER_BATCH) {
    onStep(`orders, ${percent(at / orders.length)}`);
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

/** Records the parcels of the newest orders, up to the newest scan. */
async function recordParcels(
  run: RunStep,
  backfill: BackfillService,
  { past: { orders }, products, openedAt: now, onStep }: FilledData,
): Promise<void> {
  onStep('parcels');
  const prices = pricesByProduct(products);
  const events = orders
    .filter(({ placedAt }) => placedAt > now - PARCEL_DAYS * MS_PER_DAY)
    .flatMap((order) => demoOrderHistory(order, prices, now).parcel?.events ?? [])
    .filter(({ occurredAt }) => occurredAt <= now)
    .sort((a, b) => a.occurredAt - b.occurredAt);
  for (let at = 0; at < events.length; at += EVENTS_PER_BATCH)
    await run(() => backfill.append(events.slice(at, at + EVENTS_PER_BATCH)));
}

async function createStreams(run: RunStep, service: StreamService, inputs: readonly StreamInput[]): Promise<void> {
  for (const input of inputs) requireAlreadyWritten((await run(() => service.create(input))).errors);
}

function requireAlreadyWritten(errors: readonly (ItemError | UserError)[]): void {
  const error = errors.find(({ code }) => !ALREADY_WRITTEN_CODES.has(code));
  if (error)
    throw new Error(`the demo shop could not be filled: ${'path' in error ? (error.path ?? '') : ''} ${error.message}`);
}
