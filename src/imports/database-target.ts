import { ProductService } from '../catalog/product.service';
import type { ProductInput } from '../catalog/product.type';
import { BackfillService } from '../events/backfill.service';
import { Outbox } from '../events/outbox';
import { newestPosition } from '../events/position';
import { identityOf, type StoredEvent } from '../events/stored-event';
import type { OrderInput } from '../orders/order-input.type';
import { OrderService, type Recorded } from '../orders/order.service';
import type { Platform } from '../platform/connect';
import { awaitLearned } from '../recommend/await-learned.service';
import type { ImportTarget, Written } from './import-target';
import { yieldToLive } from './yield-to-live';

const CONFLICT = { reason: 'CONFLICT', message: 'the log has an event of the same identity with other content' };

const ERASED = { reason: 'ERASED', message: 'of a person who was erased' };

/** Straight into the database, as backfills; where no worker is learning, the rest of the work is done here too. */
export class DatabaseTarget implements ImportTarget {
  onPause?: (paused: boolean) => void;
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
    await yieldToLive(this.platform.pool, (paused) => this.onPause?.(paused));
    const { inserted, unchanged, conflicts, erased } = await this.backfill.append(batch);
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
    await yieldToLive(this.platform.pool, (paused) => this.onPause?.(paused));
    const { accepted, unchanged, errors } = await this.catalogue.upsert(batch);
    // A shop that has said something newer of a product since keeps it.
    const stale = errors.filter((error) => error.code === 'STALE');
    const rejected = errors.filter((error) => error.code !== 'STALE');
    return {
      imported: accepted - unchanged,
      unchanged: unchanged + stale.length,
      rejected: rejected.map((error) => ({ index: error.index, reason: error.code, message: error.message })),
    };
  }

  async orders(batch: readonly OrderInput[]): Promise<Recorded> {
    await yieldToLive(this.platform.pool, (paused) => this.onPause?.(paused));
    return this.orderBook.record(batch, { by: 'import', backfill: true });
  }

  async settled(onProgress?: (share: number) => void): Promise<void> {
    await this.outbox.mark();
    await awaitLearned(this.platform, await newestPosition(this.platform.pool), onProgress);
  }
}
