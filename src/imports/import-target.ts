import type { ProductInput } from '../catalog/product.type';
import type { OrderInput } from '../orders/order-input.type';
import type { OrderWriteResult } from '../orders/order-transaction';
import type { StoredEvent } from '../events/stored-event';
import type { ImportedShipment } from './imported-shipment';

export interface ImportBatchResult {
  readonly imported: number;
  /** Number of items that were already stored with the same content. */
  readonly unchanged: number;
  /** Rejected items, by index in the batch. */
  readonly rejected: readonly { readonly index: number; readonly reason: string; readonly message: string }[];
}

/** What an import waits for: live events, which have priority, or the end of a PostgreSQL outage. */
export type PauseReason = 'live events' | 'outage';

/** The destination of an import: the database, or a remote shop over GraphQL. */
export interface ImportTarget {
  /** Called with the reason when the import pauses, and with null when it continues. */
  onPause?: (pause: PauseReason | null) => void;
  events(batch: readonly StoredEvent[]): Promise<ImportBatchResult>;
  products(batch: readonly ProductInput[]): Promise<ImportBatchResult>;
  /** Writes up to 1,000 orders with up to 5,000 lines in total. */
  orders(batch: readonly OrderInput[]): Promise<Omit<OrderWriteResult, 'receipt'>>;
  shipments(batch: readonly ImportedShipment[]): Promise<ImportBatchResult>;
  /** @returns the ids that are not in the catalogue, in the same order */
  missingProducts(ids: readonly string[]): Promise<readonly string[]>;
  /**
   * Resolves when live state (the counts that recommendations are computed from) contains everything that was written.
   * @param onProgress called with the share that live state contains, from 0 to 1, if it is known
   */
  waitUntilApplied(onProgress?: (share: number) => void): Promise<void>;
}
