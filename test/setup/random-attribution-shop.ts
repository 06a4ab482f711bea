import type { Pool } from 'pg';
import { Attribution, type AttributionOptions } from '../../src/attribution/attribution.service';
import { LIST_KINDS } from '../../src/attribution/list-reference';
import { AD_TOKEN_KEY, sealAdToken } from '../../src/auth/ad-token';
import { encodeRequestId } from '../../src/auth/request-id';
import { REQUEST_ID_SECRET } from '../../src/auth/request-id.service';
import { ProductService } from '../../src/catalog/product.service';
import { MergeService } from '../../src/customers/merge.service';
import { ErasureService } from '../../src/erasure/erasure.service';
import type { EventLog } from '../../src/events/event-log';
import { Outbox } from '../../src/events/outbox.service';
import type { StoredEvent } from '../../src/events/stored-event';
import { seededRandom } from '../../src/learn/seeded-random';
import type { OrderInput } from '../../src/orders/order-input.type';
import { OrderService } from '../../src/orders/order.service';
import { createLog } from '../../src/platform/log';
import { connectPostgres } from '../../src/platform/postgres';
import { RedisPubSub } from '../../src/platform/pubsub';
import { SHOP } from '../../src/shop';
import { eventLogOf } from './event-log';
import { recountAttribution, type IssuedList, type RecountedLine } from './recount-attribution';
import { testNamespace, type TestNamespace } from './shop';

const DAY = 86_400_000;
export const SHOP_NOW = Date.UTC(2026, 4, 20, 12);
export const SHOP_SETTINGS = { timeZone: 'America/New_York', windowDays: 3 };
const SECRET = Buffer.alloc(32, 7);
const MAX_ORDERS_PER_REQUEST = 100;

export interface RandomShopSize {
  readonly seed: number;
  readonly customers: number;
  readonly sessions: number;
  readonly products: number;
}

type Row = Record<string, unknown>;

/**
 * A shop in which random things happen: events that name issued, forged and foreign lists, orders in two currencies with
 * discounts, cancellations and returns, merges, erasures, and products that change their group. All of it is synthetic.
 */
export class RandomAttributionShop {
  /** The number of times that attribution was killed. */
  struck = 0;
  /** What earned the lines of erased people until then. */
  readonly erasedLines: RecountedLine[] = [];
  private readonly random: () => number;
  private readonly issued = new Map<string, IssuedList>();
  private readonly searchIds: string[] = [];
  private readonly sold: { orderId: string; lineId: string; quantity: number }[] = [];
  private readonly orders: OrderService;
  private readonly merges: MergeService;
  private readonly erasures: ErasureService;
  private readonly products: ProductService;
  private made = 0;
  /** Ahead of the database's clock, and grows with each look, so that visits are due soon after their events. */
  private clock = Date.now() + DAY;

  private constructor(
    private readonly namespace: TestNamespace,
    readonly pool: Pool,
    private readonly killed: Pool,
    private readonly pubSub: RedisPubSub,
    readonly eventLog: EventLog,
    private readonly size: RandomShopSize,
  ) {
    this.random = seededRandom(size.seed);
    this.orders = new OrderService(eventLog, () => SHOP_NOW);
    this.merges = new MergeService(pool, eventLog.outbox);
    this.erasures = new ErasureService(eventLog, createLog({ logLevel: 'silent' }), 0, SHOP);
    this.products = new ProductService(eventLog.outbox, () => SHOP_NOW + this.made++);
  }

  static async open(size: RandomShopSize): Promise<RandomAttributionShop> {
    const log = createLog({ logLevel: 'silent' });
    const namespace = await testNamespace();
    const { databaseUrl, namespace: name } = namespace;
    const pool = connectPostgres(databaseUrl, name, { max: 4 });
    const killed = connectPostgres(`${databaseUrl}?application_name=${name}`, name, { max: 2 });
    const pubSub = new RedisPubSub(namespace.redisUrl, name, log);
    const eventLog = eventLogOf(pool, new Outbox(pool, pubSub, log));
    await pool.query('INSERT INTO settings (name, value) VALUES ($1, $3), ($2, $3)', [
      REQUEST_ID_SECRET,
      `${AD_TOKEN_KEY}1`,
      SECRET.toString('base64'),
    ]);
    return new RandomAttributionShop(namespace, pool, killed, pubSub, eventLog, size);
  }

  async close(): Promise<void> {
    await this.eventLog.outbox.markPublished();
    await this.pubSub.close();
    await Promise.all([this.pool.end(), this.killed.end()]);
    await this.namespace.drop();
  }

  attribution(options: Partial<AttributionOptions> = {}, pool = this.pool): Attribution {
    const isImporting = () => Promise.resolve(false);
    return new Attribution(pool, { ...SHOP_SETTINGS, isImporting, now: () => (this.clock += 20_000), ...options });
  }

  /** Runs attribution, and ends its connection while it works, unless it has finished before. */
  async runAndKill(): Promise<void> {
    let hasEnded = false;
    const running = this.attribution({}, this.killed)
      .run()
      .catch((error: Error) => {
        if (!/terminat|connection/i.test(error.message)) throw error;
        this.struck++;
      })
      .finally(() => (hasEnded = true));
    await new Promise((resolve) => setTimeout(resolve, this.random() * 12));
    for (let ended = 0; ended === 0 && !hasEnded;) {
      const { rowCount } = await this.pool.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND state <> 'idle'`,
        [this.namespace.namespace],
      );
      ended = rowCount ?? 0;
    }
    await running;
  }

  async appendEvents(events: readonly StoredEvent[], backfill: boolean): Promise<void> {
    await this.eventLog.commit(async ({ append }) => {
      await append(events, { receivedAt: () => new Date(SHOP_NOW), backfill });
      return { change: {} };
    });
  }

  addEvents(count: number): Promise<void> {
    return this.appendEvents(
      Array.from({ length: count }, () => this.event()),
      this.random() < 0.4,
    );
  }

  async addOrders(count: number): Promise<void> {
    const backfill = this.random() < 0.3;
    for (let left = count; left > 0; left -= MAX_ORDERS_PER_REQUEST) {
      const inputs = Array.from({ length: Math.min(left, MAX_ORDERS_PER_REQUEST) }, () => this.order());
      const { errors } = await this.orders.record(inputs, { by: 'test', backfill });
      expect(errors.filter(({ message }) => !message.includes('was erased'))).toEqual([]);
      const refused = new Set(errors.map(({ index }) => index));
      for (const [index, { id, kind, lines }] of inputs.entries())
        if (!refused.has(index) && kind === 'SALE')
          this.sold.push(
            ...(lines ?? []).map((line) => ({ orderId: id, lineId: line.id, quantity: line.quantity ?? 1 })),
          );
    }
  }

  async changeOrder(): Promise<void> {
    const { orderId, lineId, quantity } = this.oneOf(this.sold);
    const lines = [{ lineId, quantity: 1 + this.pick(quantity) }];
    const occurredAt = new Date(SHOP_NOW - this.pick(100_000));
    // Some of these are not possible any more, and then nothing changes.
    for (const status of this.oneOf([['CANCELLED'], ['SHIPPED', 'RETURNED'], ['SHIPPED']] as const))
      await this.orders.move({ orderId, status, lines, occurredAt }, { by: 'test' });
  }

  async merge(): Promise<void> {
    const { customers, sessions } = this.size;
    const from =
      this.random() < 0.5
        ? { fromCustomerId: `c${this.pick(customers)}` }
        : { fromSessionId: `s${this.pick(sessions)}` };
    await this.merges.merge({ ...from, intoCustomerId: `c${this.pick(customers)}` }).catch((error: Error) => {
      if (!error.message.includes('erased')) throw error;
    });
  }

  async upsertProduct(
    product = this.pick(this.size.products),
    groupId = this.oneOf(['g0', 'g1', null]),
  ): Promise<void> {
    const id = `p${product}`;
    const { errors } = await this.products.upsert([
      { id, title: id, groupId, price: { amount: '5', currency: 'EUR' } },
    ]);
    expect(errors).toEqual([]);
  }

  /** Erases a customer, and remembers what earned the lines of their orders until then. */
  async erase(customerId: string): Promise<void> {
    const { lines } = await recountAttribution(this.pool, this.issued, SHOP_SETTINGS);
    await this.erasures.eraseCustomer(customerId);
    const { rows } = await this.pool.query<{ id: string }>('SELECT id FROM orders');
    const named = new Set(rows.map(({ id }) => id));
    this.erasedLines.push(...lines.filter(({ orderId }) => !named.has(orderId)));
  }

  async rows(text: string): Promise<Row[]> {
    return (await this.pool.query<Row>(text)).rows;
  }

  storedLines(): Promise<Row[]> {
    return this.rows(
      `SELECT order_id AS "orderId", sequence, subject, day::text, currency, units, revenue::text, touch, kind, placement,
         intent, query, request_id AS "requestId", model_version AS "modelVersion"
       FROM attributed_lines ORDER BY order_id COLLATE "C", sequence`,
    );
  }

  /** Everything that is stored equals a recount, and the daily figures are the sums of it. */
  async expectRecounted(settings = SHOP_SETTINGS): Promise<{ lines: readonly RecountedLine[] }> {
    const recount = await recountAttribution(this.pool, this.issued, settings);
    const lines = (await this.storedLines()).filter(({ subject }) => subject !== null);
    expect(lines).toEqual(inOrder(recount.lines));
    expect(sorted(await this.rows('SELECT subject, day::text, events, orders FROM visits'))).toEqual(
      sorted(recount.visits),
    );
    const placements = await this.rows(
      `SELECT subject, day::text, kind, placement, shown, viewed, clicked_views AS "clickedViews", clicks, carts
       FROM visit_placements`,
    );
    expect(sorted(placements)).toEqual(sorted(recount.placements));
    for (const [table, text] of Object.entries(SUMS)) {
      const recounted = await this.rows(text);
      const columns = Object.keys(recounted[0] ?? {}).map((name) =>
        /revenue|recomm|search|view_through/.test(name) ? `trim_scale(${name}) AS ${name}` : name,
      );
      const stored = await this.rows(`SELECT ${columns.join(', ') || '*'} FROM ${table}`);
      expect({ [table]: sorted(stored) }).toEqual({ [table]: sorted(recounted) });
    }
    const before = await this.rows(
      `SELECT subject, day, lag(day) OVER (PARTITION BY subject ORDER BY day) AS before FROM visits
       WHERE orders > 0 ORDER BY 1, 2`,
    );
    const stored = await this.rows(
      'SELECT subject, day, previous_order_day AS before FROM visits WHERE orders > 0 ORDER BY 1, 2',
    );
    expect(stored).toEqual(before);
    return recount;
  }

  private pick(count: number): number {
    return Math.floor(this.random() * count);
  }

  private oneOf<T>(some: readonly T[]): T {
    return some[this.pick(some.length)];
  }

  private who() {
    const { customers, sessions } = this.size;
    return this.random() < 0.5 ? { customerId: `c${this.pick(customers)}` } : { sessionId: `s${this.pick(sessions)}` };
  }

  private time(): number {
    // Some visits last over midnight.
    if (this.random() < 0.3) return Date.UTC(2026, 4, 20 - this.pick(6), 3, 40 + this.pick(41));
    return SHOP_NOW - this.pick(6) * DAY - this.pick(4) * 3_600_000 - this.pick(3);
  }

  /** An id that this shop issued, one that another shop issued, or one from elsewhere. */
  private requestId(): string {
    if (this.issued.size > 0 && this.random() < 0.6) return this.recentOf([...this.issued.keys()]);
    if (this.searchIds.length > 0 && this.random() < 0.3) return this.recentOf(this.searchIds);
    if (this.random() < 0.2) return `foreign ${this.pick(10)}`;
    const kind = this.oneOf(LIST_KINDS);
    const list = {
      kind,
      placement: this.oneOf(['home', 'basket', null]),
      intent: kind === 'RECOMMENDATION' ? this.oneOf(['PERSONAL', 'BASKET']) : null,
      modelVersion: kind === 'AD' ? null : this.oneOf(['rank-fusion', '0190f0a0-0000-7000-8000-000000000001']),
    };
    const isForged = this.random() < 0.2;
    const secret = isForged ? Buffer.alloc(32, 1) : SECRET;
    const id =
      kind === 'AD'
        ? adToken(secret, list.placement ?? '')
        : encodeRequestId(secret, { ...list, kind, modelVersion: list.modelVersion ?? '', at: SHOP_NOW }, {});
    if (!isForged) this.issued.set(id, list);
    return id;
  }

  private recentOf<T>(some: readonly T[]): T {
    return some[Math.max(0, some.length - 1 - this.pick(200))];
  }

  private event(): StoredEvent {
    const type = this.oneOf([
      ...(['IMPRESSION', 'IMPRESSION', 'CLICK', 'VIEW', 'ADD_TO_CART', 'REMOVE_FROM_CART'] as const),
      ...(['SEARCH', 'PURCHASE'] as const),
    ]);
    const shared = { id: `e${this.made++}`, occurredAt: this.time(), quantity: 1, ...this.who() };
    if (type !== 'SEARCH')
      return {
        ...shared,
        type,
        source: this.random() < 0.9 ? 'STOREFRONT' : 'ORDERS',
        productId: `p${this.pick(this.size.products)}`,
        ...(this.random() < 0.8 ? { requestId: this.requestId() } : {}),
        ...(this.random() < 0.3 ? { placement: this.oneOf(['email', 'home']) } : {}),
        ...(this.random() < 0.1 ? { query: 'Lamp' } : {}),
      };
    const id = this.random() < 0.5 ? `search ${this.pick(20)}` : this.requestId();
    this.searchIds.push(id);
    const query = this.oneOf(['Lamp', 'RUG']);
    return { ...shared, id, type, source: 'SEARCH', query, properties: { total: 3, shown: [] } };
  }

  private order(): OrderInput {
    const currency = this.oneOf(['EUR', 'USD']);
    const money = (amount: string) => ({ amount, currency });
    const lines = Array.from({ length: 1 + this.pick(3) }, (_, n) => ({
      id: `l${n}`,
      productId: `p${this.pick(this.size.products)}`,
      quantity: 1 + this.pick(3),
      unitPrice: money(`${this.pick(30)}.${this.oneOf(['99', '5', '333', '0'])}`),
      ...(this.random() < 0.25 ? { requestId: this.requestId(), placement: 'checkout' } : {}),
    }));
    const total = lines.reduce((sum, { unitPrice, quantity }) => sum + Number(unitPrice.amount) * quantity, 0);
    return {
      id: `o${this.made++}`,
      ...this.who(),
      ...(this.random() < 0.3
        ? { customerId: `c${this.pick(this.size.customers)}`, sessionId: `s${this.pick(this.size.sessions)}` }
        : {}),
      kind: this.random() < 0.1 ? 'RETURN' : 'SALE',
      placedAt: new Date(this.time()),
      lines,
      shipping: money('4.9'),
      ...(this.random() < 0.5
        ? { discount: money(this.oneOf(['1.25', '3', '0.01', `${total.toFixed(3)}`, `${(total + 4.9).toFixed(3)}`])) }
        : {}),
      ...(this.random() < 0.1 ? { requestId: this.requestId(), placement: 'order' } : {}),
    };
  }
}

const SUMS = {
  visit_days: `SELECT day, (count(*) FILTER (WHERE events > 0))::int AS visits,
          (count(*) FILTER (WHERE events > 0 AND orders > 0))::int AS conversions
        FROM visits GROUP BY day HAVING count(*) FILTER (WHERE events > 0) > 0 ORDER BY day`,
  business_days: `SELECT day, currency, sum(orders)::int AS orders, trim_scale(sum(revenue)) AS revenue,
          (count(DISTINCT order_id) FILTER (WHERE units > 0))::int AS kept_orders,
          trim_scale(coalesce(sum(revenue) FILTER (WHERE units > 0), 0)) AS kept_revenue,
          trim_scale(coalesce(sum(revenue) FILTER (WHERE kind = 'RECOMMENDATION' AND touch <> 'IMPRESSION'), 0)) AS recommendations,
          trim_scale(coalesce(sum(revenue) FILTER (WHERE kind = 'SEARCH' AND touch <> 'IMPRESSION'), 0)) AS search,
          trim_scale(coalesce(sum(revenue) FILTER (WHERE touch = 'IMPRESSION'), 0)) AS view_through
        FROM attributed_lines GROUP BY day, currency HAVING sum(orders) > 0 OR sum(abs(revenue)) > 0 OR max(units) > 0 ORDER BY day, currency`,
  placement_revenue: `SELECT day, kind, placement, currency,
          (count(DISTINCT order_id) FILTER (WHERE touch <> 'IMPRESSION' AND counts))::int AS orders,
          trim_scale(coalesce(sum(revenue) FILTER (WHERE touch <> 'IMPRESSION'), 0)) AS revenue,
          trim_scale(coalesce(sum(revenue) FILTER (WHERE touch = 'IMPRESSION'), 0)) AS view_through
        FROM attributed_lines JOIN (SELECT order_id, sum(orders) > 0 AS counts FROM attributed_lines GROUP BY 1) o USING (order_id)
        WHERE kind IS NOT NULL GROUP BY day, kind, placement, currency
        HAVING count(*) FILTER (WHERE touch <> 'IMPRESSION' AND counts) > 0 OR sum(abs(revenue)) > 0 ORDER BY 1, 2, 3, 4`,
  placement_days: `SELECT day, kind, placement, count(*)::int AS visits, sum(shown)::bigint AS shown,
          sum(viewed)::bigint AS viewed, sum(clicked_views)::bigint AS clicked_views, sum(clicks)::bigint AS clicks,
          sum(carts)::bigint AS carts, sum(viewed * viewed)::bigint AS viewed_squares,
          sum(clicked_views * clicked_views)::bigint AS clicked_squares, sum(viewed * clicked_views)::bigint AS cross_products
        FROM visit_placements GROUP BY day, kind, placement ORDER BY 1, 2, 3`,
};

/** The rows as texts, in any order. */
export function sorted(rows: readonly object[]): string[] {
  return rows.map((row) => JSON.stringify(row, Object.keys(row).sort())).sort();
}

function inOrder(lines: readonly RecountedLine[]): RecountedLine[] {
  const key = ({ orderId }: RecountedLine) => orderId;
  return [...lines].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a.sequence - b.sequence));
}

/** What remains of lines when their person is erased. */
export function anonymousLines(lines: readonly object[]): string[] {
  const kept = ['day', 'currency', 'units', 'revenue', 'touch', 'kind', 'placement', 'intent', 'modelVersion'];
  return sorted(lines.map((line) => Object.fromEntries(kept.map((name) => [name, (line as Row)[name]]))));
}

function adToken(key: Buffer, placement: string): string {
  const content = {
    ...{ decision: '0123456789abcdef', slot: 1, lineItem: 1, bidKind: 'CPC' as const, isExploration: false },
    ...{ price: 100, probability: 0.1, issuedAt: SHOP_NOW, placement },
  };
  return sealAdToken(new Map([[1, key]]), content, { sessionId: 'any' }, 'any');
}
