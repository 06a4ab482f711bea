import { ProductService } from '../catalog/product.service';
import { findMissingProducts } from '../catalog/product.store';
import type { ProductInput } from '../catalog/product.type';
import { BackfillService } from '../events/backfill.service';
import type { EventLog } from '../events/event-log';
import { newestPosition } from '../events/position.store';
import { eventIdentity, type StoredEvent } from '../events/stored-event';
import { BUILT_IN_CODES } from '../logistics/carrier-codes.read-model';
import {
  eventOfScanInput,
  eventOfShipmentInput,
  isLogisticsFault,
  type LogisticsFault,
} from '../logistics/input-events';
import type { OrderInput } from '../orders/order-input.type';
import { OrderService } from '../orders/order.service';
import type { OrderWriteResult } from '../orders/order-transaction';
import type { Platform } from '../platform/connect';
import { isUnavailable } from '../platform/outage';
import { explainPostgres } from '../platform/reachable';
import { retryOutages } from '../platform/retry-outages';
import { waitForLearner } from '../live-state/learner/wait-for-learner';
import type { ImportTarget, PauseReason, ImportBatchResult } from './import-target';
import type { ImportedShipment } from './imported-shipment';
import { withFieldName } from './json-line';
import { writeShipmentBatch, type WrittenItem } from './shipment-writer';
import { yieldToLive } from './yield-to-live';

const CONFLICT_REJECTION = {
  reason: 'CONFLICT',
  message: 'the log has an event with the same id and occurredAt, but different content',
};

/** Number of scans in one transaction. */
const SCANS_PER_WRITE = 5_000;

const ERASED_REJECTION = { reason: 'ERASED', message: 'the event belongs to a person who was erased' };

/**
 * Imports directly into the database, as backfills. If no process learns (computes live state from the log) meanwhile,
 * {@link waitUntilApplied} does. Each batch is one idempotent transaction, which is repeated after an outage.
 */
export class DatabaseTarget implements ImportTarget {
  onPause?: (pause: PauseReason | null) => void;
  private readonly backfill: BackfillService;
  private readonly productService: ProductService;
  private readonly orderService: OrderService;

  constructor(
    private readonly platform: Platform,
    private readonly eventLog: EventLog,
  ) {
    this.backfill = new BackfillService(eventLog);
    this.orderService = new OrderService(eventLog);
    this.productService = new ProductService(eventLog.outbox);
  }

  async events(batch: readonly StoredEvent[]): Promise<ImportBatchResult> {
    const { inserted, unchanged, conflicts, erased } = await this.write(() => this.backfill.append(batch));
    const indexes = new Map(batch.map((event, index) => [eventIdentity(event), index]));
    return {
      imported: inserted.length,
      unchanged,
      rejected: [
        ...conflicts.map((event) => ({ index: indexes.get(eventIdentity(event)) ?? 0, ...CONFLICT_REJECTION })),
        ...erased.map((event) => ({ index: indexes.get(eventIdentity(event)) ?? 0, ...ERASED_REJECTION })),
      ],
    };
  }

  async products(batch: readonly ProductInput[]): Promise<ImportBatchResult> {
    const { accepted, unchanged, errors } = await this.write(() => this.productService.upsert(batch));
    // STALE is not a rejection: the shop has newer data of the product.
    const stale = errors.filter((error) => error.code === 'STALE');
    const rejected = errors.filter((error) => error.code !== 'STALE');
    return {
      imported: accepted - unchanged,
      unchanged: unchanged + stale.length,
      rejected: rejected.map(({ index, code, message, path }) => ({
        index,
        reason: code,
        message: withFieldName(path, message),
      })),
    };
  }

  orders(batch: readonly OrderInput[]): Promise<OrderWriteResult> {
    return this.write(() => this.orderService.record(batch, { by: 'import', backfill: true }));
  }

  shipments(batch: readonly ImportedShipment[]): Promise<ImportBatchResult> {
    const now = Date.now();
    return writeShipmentBatch(batch, {
      maxScans: SCANS_PER_WRITE,
      records: (shipments) => this.append(shipments.map((shipment) => eventOfShipmentInput(shipment, now))),
      scans: (scans) => this.append(scans.map((scan) => eventOfScanInput(scan, now, BUILT_IN_CODES))),
    });
  }

  /** Appends the events of shipments. @returns the result of each of them */
  private async append(items: readonly (StoredEvent | LogisticsFault)[]): Promise<WrittenItem[]> {
    const events = items.flatMap((item) => (isLogisticsFault(item) ? [] : [item]));
    const { inserted, conflicts, erased, refused } = await this.write(() => this.backfill.append(events));
    const results = new Map<StoredEvent | LogisticsFault, WrittenItem>([
      ...inserted.map((event) => [event, 'imported'] as const),
      ...conflicts.map((event) => [event, CONFLICT_REJECTION] as const),
      ...erased.map((event) => [event, ERASED_REJECTION] as const),
      ...refused.map(({ event, code, message }) => [event, { reason: code, message }] as const),
    ]);
    return items.map((item) =>
      isLogisticsFault(item)
        ? { reason: item.code, message: withFieldName(item.path, item.message) }
        : (results.get(item) ?? 'unchanged'),
    );
  }

  missingProducts(ids: readonly string[]): Promise<string[]> {
    return this.withRetries(() => findMissingProducts(this.platform.pool, ids));
  }

  async waitUntilApplied(onProgress?: (share: number) => void): Promise<void> {
    // The outbox marks published changes after a delay. If the import ended before that, another process would publish
    // them again.
    await this.withRetries(() => this.eventLog.outbox.markPublished());
    await this.withRetries(async () =>
      waitForLearner(this.platform, await newestPosition(this.platform.pool), onProgress),
    );
  }

  private write<T>(writeBatch: () => Promise<T>): Promise<T> {
    return this.withRetries(async () => {
      await yieldToLive(this.platform.pool, (paused) => this.onPause?.(paused ? 'live events' : null));
      return writeBatch();
    });
  }

  private async withRetries<T>(work: () => Promise<T>): Promise<T> {
    let isPaused = false;
    const result = await retryOutages(work, ({ message }) => {
      isPaused = true;
      this.platform.log.warn({ error: message }, 'PostgreSQL interrupted the write of a chunk; it is repeated');
      this.onPause?.('outage');
    }).catch((error: unknown) => {
      if (!isUnavailable(error)) throw error;
      const { reason, advice } = explainPostgres(this.platform.databaseUrl, error);
      const sentence = `DATABASE_URL: ${reason} ${advice} Then run the import again: no line counts twice.`;
      throw new Error(sentence, { cause: error });
    });
    if (isPaused) this.onPause?.(null);
    return result;
  }
}
