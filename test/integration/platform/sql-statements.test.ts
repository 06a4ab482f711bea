import { type PoolClient } from 'pg';
import { beginBatchStatement, INSERT_EVENTS } from '../../../src/events/append-events.store';
import { connectPostgres, type Pool } from '../../../src/platform/postgres';
import { ShipmentTracker } from '../../../src/logistics/shipment-tracker.service';
import { StreamCounter } from '../../../src/streams/stream-counter.service';
import { compareStatement } from '../../setup/sql/compare-statement';
import { describeStatement, readDatabaseTypes, type DatabaseTypes } from '../../setup/sql/describe-statement';
import { findStatements, parseProject, type SqlStatement } from '../../setup/sql/find-statements';
import { PLANTED_MISTAKES } from '../../setup/sql/planted-mistakes';
import { testNamespace, type TestNamespace } from '../../setup/shop';

/** Values of expressions that depend on the running program: `FILE EXPRESSION`. */
const STAND_INS = {
  'src/platform/release.ts releaseNumbers(release)': [0, 0, 0],
  'src/events/append-events.store.ts INSERT_EVENTS': INSERT_EVENTS,
  'src/events/event-log.ts this.beginBatch': beginBatchStatement([new StreamCounter(), new ShipmentTracker()]),
};

/** Functions whose statements can not be read from the source, and why not. */
const UNREADABLE: Readonly<Record<string, string>> = {
  'src/rooms/personal-rows.store.ts personalRows':
    'it wraps the statements of the inventory; a test reads each table with it',
  'src/monitoring/backlog.store.ts measureBacklog': 'it has the parts of all rooms; a test measures them',
  'src/platform/add-counts.ts addCounts':
    'it has the columns of the table that it is given; a recount tests each table',
  'src/orders/order.store.ts writeOrders': 'it has only the tables of which there are rows',
  'src/logistics/shipment.store.ts pageOfShipments': 'it lists only the conditions that its index needs',
  'src/orders/order.store.ts pageOfOrders': 'it lists only the conditions of filters that are set',
};

/** Functions whose values can not be counted from the source, and why not. */
const UNCOUNTED: Readonly<Record<string, string>> = {
  'src/events/append-events.store.ts appendEvents': 'columnArrays has one value per column of a table',
};

/**
 * List columns. Prisma can't declare a list NOT NULL. All statements that write these columns write a list, and the
 * generated types have no null either.
 */
const LISTS = new Set([
  'alert_webhooks.events',
  'alert_webhooks.rules',
  'alert_webhooks.segment_ids',
  'articles.intents',
  'erasures.subjects',
  'merchandising_rules.buried',
  'merchandising_rules.pins',
  'merchandising_rules.placements',
  'merchandising_rules.queries',
  'model_versions.reasons',
  'model_versions.warnings',
  'order_requests.pictures',
  'products.categories',
  'products.image_urls',
  'profile_sweep.versions',
  'searches.clicks',
  'searches.purchases',
  'stream_late.ids',
  'synonyms.finds',
  'synonyms.words',
]);

/** Columns that may be null in their table, but not in the rows of these statements: `FILE PROPERTY`, and why not. */
const NEVER_NULL: Readonly<Record<string, string>> = {
  'src/ads/billing/billing.store.ts number': 'the statement reads only line items',
  'src/ads/billing/billing.store.ts productId': 'the statements leave out events without a product',
  'src/ads/billing/billing.store.ts requestId': 'the statement reads only events with a token',
  'src/ads/billing/billing.store.ts subject': 'the statement reads only events with a subject',
  'src/attribution/attribution-progress.store.ts timeZone': 'the statement leaves out a row without settings',
  'src/attribution/attribution-progress.store.ts windowDays': 'the statement leaves out a row without settings',
  'src/attribution/attribution.store.ts subject':
    'only orders of erased people have lines without one, and these have no owner',
  'src/attribution/visitor-facts.store.ts groupId': 'the statement reads only products of groups',
  'src/attribution/visitor-facts.store.ts productId': 'the statement reads only events of some products',
  'src/attribution/visitor-facts.store.ts query': 'the statement reads only searches that have a query',
  'src/attribution/visitor-facts.store.ts requestId': 'the statement leaves out events without one',
  'src/customers/behaviour/visitors.store.ts subject': 'the statements find events by their subject',
  'src/customers/purchases/purchase-lines.store.ts productId': 'the statement leaves out events without a product',
  'src/events/inbox.store.ts events': 'only batches that are done or split have lost their events',
  'src/events/pending-merges.store.ts from': 'only finished merges have lost their subjects',
  'src/events/pending-merges.store.ts into': 'only finished merges have lost their subjects',
  'src/logistics/delivery-accuracy.store.ts record': 'the statement reads only parcels whose record has a kind',
  'src/logistics/replay-shipments.store.ts name': 'the cursor reads only events of these names',
  'src/logistics/replay-shipments.store.ts properties': 'events of shipments have properties',
  'src/logistics/shipment.store.ts orderId': 'the statements leave out shipments without an order',
  'src/search/ranking/logged-searches.store.ts id': 'the statement reads only reactions that name a search',
  'src/search/ranking/logged-searches.store.ts query': 'the statement reads only searches that have a query',
  'src/webhooks/delivery.store.ts position': 'only deliveries of changes are claimed, and these have a position',
  'src/streams/key-limit.store.ts limit': 'the window of the remaining keys stores the limit as its rank',
  'src/streams/key-limit.store.ts rank': 'the statement leaves out windows without a rank',
  'src/support/contained-conversation.store.ts settlesAt': 'the statement reads only conversations that settle',
  'src/support/reviews/review.store.ts reason': 'the statement reads only messages with a reason',
  'src/webhooks/delivery.store.ts content': 'a delivery with a subject has a content',
};

let shop: TestNamespace;
let pool: Pool;
let client: PoolClient;
let types: DatabaseTypes;
const program = parseProject();
const usedExceptions = new Set<string>();

beforeAll(async () => {
  shop = await testNamespace();
  pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 2 });
  client = await pool.connect();
  types = await readDatabaseTypes(pool, shop.namespace);
});

afterAll(async () => {
  client?.release();
  await pool?.end();
  await shop?.drop();
});

/** Describes each statement, and returns what differs from the source: one text per place and difference. */
async function faultsOf(statements: readonly SqlStatement[]): Promise<string[]> {
  const faults = new Set<string>();
  for (const statement of statements) {
    const isNeverNull = (property: string, tableColumn: string) => {
      const exception = LISTS.has(tableColumn) ? tableColumn : `${statement.file} ${property}`;
      usedExceptions.add(exception);
      return LISTS.has(tableColumn) || exception in NEVER_NULL;
    };
    try {
      const description = await describeStatement(client, statement.text);
      for (const fault of compareStatement(statement, description, types, isNeverNull))
        faults.add(`${statement.place} ${fault}`);
    } catch (error) {
      faults.add(`${statement.place} ${(error as Error).message}`);
    }
  }
  return [...faults];
}

const callers = (found: readonly { readonly file: string; readonly caller: string }[]) =>
  new Set(found.map(({ file, caller }) => `${file} ${caller}`));

it('describes each statement: its columns are those of its row type', async () => {
  const { statements, unresolved } = findStatements(program, (file) => /^(src|workers|cli)\//.test(file), STAND_INS);
  expect(statements.length).toBeGreaterThan(300);
  expect(callers(unresolved)).toEqual(new Set(Object.keys(UNREADABLE)));
  expect(callers(statements.filter(({ values }) => values === null))).toEqual(new Set(Object.keys(UNCOUNTED)));
  const counted = statements.map((each) => (each.values === null ? { ...each, values: undefined } : each));
  expect(await faultsOf(counted)).toEqual([]);
  for (const exception of [...LISTS, ...Object.keys(NEVER_NULL)]) expect(usedExceptions).toContain(exception);
});

it('finds planted mistakes', async () => {
  const { statements, unresolved } = findStatements(program, (file) => file.endsWith('sql/planted-mistakes.ts'));
  const faults = (await faultsOf(statements)).map((fault) => fault.slice(fault.indexOf(' ') + 1));
  const found = [...faults, ...unresolved.map(({ reason }) => reason)];
  for (const mistake of Object.keys(PLANTED_MISTAKES)) expect(found).toContain(mistake);
});
