import type { Pool } from 'pg';
import pino from 'pino';
import { insertBatch } from '../../src/events/inbox.store';
import { identityHash } from '../../src/events/inbox-order';
import { Ingest } from '../../src/events/ingest';
import { Outbox } from '../../src/events/outbox.service';
import type { StoredEvent } from '../../src/events/stored-event';
import { Sweep } from '../../src/events/sweep';
import type { Platform } from '../../src/platform/connect';
import { connectPostgres } from '../../src/platform/postgres';
import { RedisPubSub } from '../../src/platform/pubsub';
import { WindowMerger } from '../../src/streams/window-merger.service';
import { parseStreamInput } from '../../src/streams/parse-stream-input';
import { testNamespace, type TestNamespace } from './shop';
import { eventLogOf } from './event-log';

export const NOW = Date.UTC(2026, 5, 1, 12);
const VERSION = { stream: 'by-customer', version: 0 };
const SPEC = parseStreamInput({
  id: VERSION.stream,
  keys: [{ name: 'customer', expression: 'event.customerId' }],
  window: { kind: 'TUMBLING', size: 'P1D', timeZone: 'Europe/Berlin' },
  lateness: 'PT10M',
  aggregates: [
    { name: 'count', kind: 'COUNT' },
    { name: 'products', kind: 'DISTINCT', expression: 'event.productId' },
  ],
});

/** A shop whose inbox is processed in this process, and one stream. */
export class IngestShop {
  private readonly ingest: Ingest;
  private accepted = 0;

  private constructor(
    private readonly shop: TestNamespace,
    readonly pool: Pool,
    private readonly pubSub: RedisPubSub,
    readonly outbox: Outbox,
    private readonly folding: WindowMerger,
  ) {
    this.ingest = new Ingest(eventLogOf(pool, outbox));
  }

  static async open(): Promise<IngestShop> {
    const shop = await testNamespace();
    const log = pino({ level: 'silent' });
    const pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 4 });
    const pubSub = new RedisPubSub(shop.redisUrl, shop.namespace, log);
    await pool.query('ALTER TABLE stream_windows SET (autovacuum_enabled = false)');
    await pool.query(
      `INSERT INTO stream_versions (stream, version, spec, personal, state, filled) VALUES ($1, $2, $3, true, 'LIVE', 0)`,
      [VERSION.stream, VERSION.version, JSON.stringify(SPEC)],
    );
    return new IngestShop(shop, pool, pubSub, new Outbox(pool, pubSub, log), new WindowMerger(pool));
  }

  /** Stores batches whose times of receipt are ten seconds apart. @returns the receipts */
  async accept(batches: readonly (readonly StoredEvent[])[]): Promise<string[]> {
    const receipts: string[] = [];
    for (const events of batches) receipts.push(await insertBatch(this.pool, events, events.map(identityHash)));
    await this.pool.query(
      `UPDATE inbox SET received_at = to_timestamp($2 / 1000.0) + ($3 + n) * interval '10 seconds'
       FROM unnest($1::uuid[]) WITH ORDINALITY AS given (receipt, n) WHERE id = receipt`,
      [receipts, NOW, this.accepted],
    );
    this.accepted += receipts.length;
    return receipts;
  }

  /**
   * @param maxMs unlimited by default, so that the load of the machine does not decide which batches are ingested
   * together
   */
  together = (receipts: readonly string[], maxMs = Infinity) => this.ingest.together(receipts, maxMs);

  alone = (receipt: string) => this.ingest.alone(receipt);

  /**
   * Runs a sweep as if every batch's retry interval had passed.
   * @param ingest has what the sweep refunds
   * @returns the ids of the queued batches
   */
  async sweep(isRedisReachable: boolean, ingest = this.ingest): Promise<string[]> {
    const queued: string[] = [];
    await this.pool.query(
      `UPDATE inbox SET retry_at = now()
       WHERE id IN (SELECT id FROM inbox WHERE done_at IS NULL FOR UPDATE SKIP LOCKED)`,
    );
    const platform = {
      pool: this.pool,
      pubSub: { isReachable: isRedisReachable },
      queues: { enqueue: (_queue: string, _job: object, id: string) => queued.push(id) },
      log: pino({ level: 'silent' }),
      config: { rejectedEventsDays: 30 },
    };
    await new Sweep(platform as unknown as Platform, this.outbox, ingest).run();
    return queued;
  }

  fold = () => this.folding.mergeBatches([VERSION]);

  async rows(sql: string, values: unknown[] = []): Promise<unknown[]> {
    return (await this.pool.query<Record<string, unknown>>(sql, values)).rows;
  }

  /** Returns the results of the batches, without positions and receipts. */
  async everything(): Promise<unknown> {
    await this.fold();
    return {
      log: await this.rows(
        `SELECT source, id, occurred_at, received_at, customer_id, product_id, quantity, digest::text FROM events
         ORDER BY batch, sequence`,
      ),
      customers: await this.rows('SELECT id, created_at FROM customers ORDER BY id'),
      rejected: await this.rows(
        `SELECT r.received_at, i.received_at AS "of", r.code, r.event FROM rejected_events r JOIN inbox i ON i.id = r.inbox_id
         ORDER BY r.received_at, r.event::text`,
      ),
      windows: await this.rows('SELECT key, start_at, end_at, state FROM stream_windows ORDER BY key, start_at'),
      late: await this.rows('SELECT key, start_at, count, ids FROM stream_late ORDER BY key, start_at'),
      inbox: await this.rows('SELECT state, attempts, last_error, count FROM inbox ORDER BY received_at'),
    };
  }

  async close(): Promise<void> {
    await this.outbox.markPublished();
    await this.pubSub.close();
    await this.pool.end();
    await this.shop.drop();
  }
}

let sent = 0;
/** Returns a distinct event at the time that all events share. */
export const event = (customerId: string, more: Partial<StoredEvent> = {}): StoredEvent => ({
  source: 'SUPPORT',
  id: `event-${sent++}`,
  type: 'VIEW',
  occurredAt: NOW,
  customerId,
  productId: 'p',
  quantity: 1,
  ...more,
});
