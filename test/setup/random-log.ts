import { ProductService } from '../../src/catalog/product.service';
import { storeProfilingSince, upsertCustomer } from '../../src/customers/customer.store';
import { MergeService } from '../../src/customers/merge.service';
import { ErasureService } from '../../src/erasure/erasure.service';
import { commitChange } from '../../src/events/commit-change';
import type { EventLog } from '../../src/events/event-log';
import { Outbox } from '../../src/events/outbox.service';
import { markEventQuarantined, markMergeQuarantined } from '../../src/events/quarantine.store';
import type { StoredEvent } from '../../src/events/stored-event';
import { seededRandom } from '../../src/learn/seeded-random';
import { createLog } from '../../src/platform/log';
import { connectPostgres, type Pool } from '../../src/platform/postgres';
import { RedisPubSub } from '../../src/platform/pubsub';
import { SHOP } from '../../src/shop';
import { eraseCustomer } from './erase-customer';
import { eventLogOf } from './event-log';
import { testNamespace, type TestNamespace } from './shop';

const CUSTOMERS = ['ann', 'bob', 'cid', 'dot', 'eve', 'fay', 'gus', 'hal'];
const SESSIONS = ['v', 'w', 'x', 'y'];
export const RANDOM_LOG_SUBJECTS = [...CUSTOMERS.map((id) => `c:${id}`), ...SESSIONS.map((id) => `s:${id}`)];
const PRODUCTS = ['mug', 'pan', 'pot', 'urn'];
const TYPES = ['VIEW', 'CLICK', 'ADD_TO_CART', 'SEARCH', 'LIKE', 'RATE'] as const;
const DAY = 86_400_000;

/** A shop in which a few subjects do anything, in any order. The same seed gives the same shop. */
export class RandomLog {
  private sent = 0;
  private updated = 0;

  private constructor(
    private readonly shop: TestNamespace,
    readonly pool: Pool,
    private readonly pubSub: RedisPubSub,
    readonly outbox: Outbox,
    readonly eventLog: EventLog,
    readonly random: () => number,
    /** The newest possible time of an event. */
    private readonly now: number,
  ) {}

  static async create(seed: number): Promise<RandomLog> {
    const shop = await testNamespace();
    const pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 4 });
    const log = createLog({ logLevel: 'error' });
    const pubSub = new RedisPubSub(shop.redisUrl, shop.namespace, log);
    const outbox = new Outbox(pool, pubSub, log);
    const eventLog = eventLogOf(pool, outbox);
    return new RandomLog(shop, pool, pubSub, outbox, eventLog, seededRandom(seed), Date.UTC(2026, 5, 1));
  }

  async end(): Promise<void> {
    await this.outbox.markPublished();
    await this.pubSub.close();
    await this.pool.end();
    await this.shop.drop();
  }

  oneOf<T>(list: readonly T[]): T {
    return list[Math.floor(this.random() * list.length)];
  }

  /** Writes something: events, a merge, a product, an opt-out or opt-in, or a quarantined entry. */
  async write(): Promise<void> {
    const kind = this.random();
    if (kind < 0.65) await this.append();
    else if (kind < 0.79) await this.merge();
    else if (kind < 0.89) await this.upsertProduct();
    else if (kind < 0.94) await this.opt();
    else await this.quarantine();
  }

  /**
   * Returns the pool with one difference: whenever a connection is requested, except for the first time, `write` runs
   * before. So it runs between any two transactions of a reader.
   */
  writingBetween(write: () => Promise<void>): Pool {
    const { pool } = this;
    let isFirst = true;
    let writing = Promise.resolve();
    const between = () => {
      if (!isFirst) writing = writing.then(write);
      isFirst = false;
      return writing;
    };
    return {
      connect: () => between().then(() => pool.connect()),
      query: (text: string, values?: unknown[]) => between().then(() => pool.query(text, values)),
    } as unknown as Pool;
  }

  /**
   * Returns the pool with one difference: before one of the connections that a reader requests, a customer is erased.
   * @param transactions number of the transactions before
   */
  erasingAfter(transactions: number, customerId: string): Pool {
    const erasures = new ErasureService(this.eventLog, createLog({ logLevel: 'error' }), 0, SHOP);
    let begun = 0;
    return this.writingBetween(async () => {
      if (++begun === transactions) await eraseCustomer(erasures, customerId);
    });
  }

  private async append(): Promise<void> {
    const events = Array.from({ length: 1 + Math.floor(4 * this.random()) }, () => this.event());
    await this.eventLog.commit(async ({ append }) => {
      await append(events, { receivedAt: () => new Date(this.now), backfill: this.random() < 0.3 });
      return { change: { events } };
    });
  }

  private event(): StoredEvent {
    const subject = this.oneOf(RANDOM_LOG_SUBJECTS);
    const id = this.sent++;
    const kind = this.random();
    const isOrder = kind < 0.35;
    const type = kind < 0.3 ? 'PURCHASE' : isOrder ? 'RETURN' : this.oneOf(TYPES);
    const isLine = isOrder && this.random() < 0.7;
    const isAnonymous = isLine && this.random() < 0.1;
    return {
      source: isLine ? 'ORDERS' : 'STOREFRONT',
      id: isLine ? `o${Math.floor(id / 3)}:${id}` : `e${id}`,
      type,
      occurredAt: this.now - Math.floor(this.random() * 120 * DAY),
      ...(isAnonymous
        ? {}
        : subject.startsWith('c:')
          ? { customerId: subject.slice(2) }
          : { sessionId: subject.slice(2) }),
      productId: this.oneOf(PRODUCTS),
      quantity: 1 + Math.floor(3 * this.random()),
      ...(isOrder
        ? { unitPrice: `${1 + Math.floor(40 * this.random())}.5`, currency: this.oneOf(['EUR', 'EUR', 'USD']) }
        : {}),
      ...(type === 'RATE' ? { rating: 4 } : {}),
      ...(type === 'SEARCH' ? { query: 'mug', properties: { sort: 'PRICE_ASC', total: 3 } } : {}),
    };
  }

  private async merge(): Promise<void> {
    const from = this.oneOf(RANDOM_LOG_SUBJECTS);
    const source = from.startsWith('c:') ? { fromCustomerId: from.slice(2) } : { fromSessionId: from.slice(2) };
    await new MergeService(this.pool, this.outbox).merge({ ...source, intoCustomerId: this.oneOf(CUSTOMERS) });
  }

  private async upsertProduct(): Promise<void> {
    const id = this.oneOf(PRODUCTS);
    const price = (amount: number) => ({ amount: `${amount}`, currency: 'EUR' });
    const { errors } = await new ProductService(this.outbox, () => this.now + this.updated++).upsert([
      {
        id,
        title: id,
        price: price(5 + Math.floor(20 * this.random())),
        listPrice: price(20 + Math.floor(20 * this.random())),
        categories: [this.oneOf(['kitchen', 'garden', 'bath'])],
      },
    ]);
    expect(errors).toEqual([]);
  }

  private async opt(): Promise<void> {
    const id = this.oneOf(CUSTOMERS);
    const now = new Date(this.now + this.updated++);
    await commitChange(this.outbox, async (client) => {
      const profiling = this.random() < 0.65;
      await upsertCustomer(client, { id, attributes: null, updatedAt: now, createdAt: now, profiling });
      return { change: {}, afterPosition: (position) => storeProfilingSince(client, position, [id]) };
    });
  }

  private async quarantine(): Promise<void> {
    await commitChange(this.outbox, async (client) => {
      const table = this.random() < 0.7 ? 'events' : 'merges';
      const columns =
        table === 'events'
          ? `source, id, round(extract(epoch FROM occurred_at) * 1000)::float8 AS "occurredAt"`
          : 'position, from_subject AS from, into_subject AS into';
      const order = table === 'events' ? 'source, id' : 'position';
      const { rows } = await client.query(`SELECT ${columns} FROM ${table} WHERE set_aside IS NULL ORDER BY ${order}`);
      const entry = rows.length === 0 ? null : this.oneOf(rows);
      if (entry === null) return { change: null };
      const mark = table === 'events' ? markEventQuarantined : markMergeQuarantined;
      return { change: {}, afterPosition: (position) => mark(client, entry, position) };
    });
  }
}
