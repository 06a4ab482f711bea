import { ProductService } from '../catalog/product.service';
import type { ProductInput } from '../catalog/product.type';
import { BackfillService } from '../events/backfill.service';
import { Outbox } from '../events/outbox';
import { newestPosition } from '../events/position';
import { identityOf, type StoredEvent } from '../events/stored-event';
import type { OrderInput } from '../orders/order-input.type';
import { OrderService, type Recorded } from '../orders/order.service';
import type { Platform } from '../platform/connect';
import { retryOutages } from '../platform/retry-outage';
import { awaitLearned } from '../recommend/await-learned.service';
import type { ImportTarget, Pause, Written } from './import-target';
import { naming } from './json-line';
import { yieldToLive } from './yield-to-live';

const CONFLICT = {
  reason: 'CONFLICT',
  message: 'the log has an event with the same id and occurredAt, but different content',
};

const ERASED = { reason: 'ERASED', message: 'the event belongs to a person who was erased' };

/**
 * Imports directly into the database, as backfills. If no learner is running, this process does the learning, too. Each
 * chunk is one idempotent transaction, which is repeated after an outage.
 */
export class DatabaseTarget implements ImportTarget {
  onPause?: (pause: Pause | null) => void;
  private readonly outbox: Outbox;
  private readonly backfill: BackfillService;
  private readonly catalogue: ProductService;
  private readonly orderBook: OrderService;

  constructor(private readonly platform: Platform) {
    this.outbox = new Outbox(platform.pool, platform.pubSub, platform.log);
    this.backfill = new BackfillService(platform.pool, this.outbox);
    this.orderBook = new OrderService(platform.pool, this.outbox);
    this.catalogue = new ProductService(platform.pool, this.outbox);
  }

  async events(batch: readonly StoredEvent[]): Promise<Written> {
    const { inserted, unchanged, conflicts, erased } = await this.write(() => this.backfill.append(batch));
    const indexes = new Map(batch.map((event, index) => [identityOf(event), index]));
    return {
      imported: inserted,
      unchanged,
      rejected: [
        ...conflicts.map((event) => ({ index: indexes.get(identityOf(event)) ?? 0, ...CONFLICT })),
        ...erased.map((event) => ({ index: indexes.get(identityOf(event)) ?? 0, ...ERASED })),
      ],
    };
  }

  async products(batch: readonly ProductInput[]): Promise<Written> {
    const { accepted, unchanged, errors } = await this.write(() => this.catalogue.upsert(batch));
    // STALE is no rejection: the shop has newer data of the product.
    const stale = errors.filter((error) => error.code === 'STALE');
    const rejected = errors.filter((error) => error.code !== 'STALE');
    return {
      imported: accepted - unchanged,
      unchanged: unchanged + stale.length,
      rejected: rejected.map(({ index, code, message, path }) => ({
        index,
        reason: code,
        message: naming(path, message),
      })),
    };
  }

  orders(batch: readonly OrderInput[]): Promise<Recorded> {
    return this.write(() => this.orderBook.record(batch, { by: 'import', backfill: true }));
  }

  async missingProducts(ids: readonly string[]): Promise<string[]> {
    const { rows } = await this.retried(() =>
      this.platform.pool.query<{ id: string }>(
        `SELECT id FROM unnest($1::text[]) WITH ORDINALITY AS named(id, place)
         WHERE NOT EXISTS (SELECT FROM products WHERE products.id = named.id) ORDER BY place`,
        [ids],
      ),
    );
    return rows.map(({ id }) => id);
  }

  async settled(onProgress?: (share: number) => void): Promise<void> {
    await this.retried(() => this.outbox.mark());
    await this.retried(async () => awaitLearned(this.platform, await newestPosition(this.platform.pool), onProgress));
  }

  private write<T>(chunk: () => Promise<T>): Promise<T> {
    return this.retried(async () => {
      await yieldToLive(this.platform.pool, (paused) => this.onPause?.(paused ? 'live events' : null));
      return chunk();
    });
  }

  private async retried<T>(work: () => Promise<T>): Promise<T> {
    let isPaused = false;
    const result = await retryOutages(work, ({ message }) => {
      isPaused = true;
      this.platform.log.warn({ error: message }, 'PostgreSQL interrupted the write of a chunk; it is repeated');
      this.onPause?.('outage');
    });
    if (isPaused) this.onPause?.(null);
    return result;
  }
}
