import type { ProductInput } from '../catalog/product.type';
import type { OrderInput } from '../orders/order-input.type';
import type { Recorded } from '../orders/order.service';
import type { StoredEvent } from '../events/stored-event';

/** What became of one batch. */
export interface Written {
  readonly imported: number;
  /** Already there, just so. */
  readonly unchanged: number;
  /** By index in the batch. */
  readonly rejected: readonly { readonly index: number; readonly reason: string; readonly message: string }[];
}

/** What an import waits for: live events, which go first, or the end of an outage of PostgreSQL. */
export type Pause = 'live events' | 'outage';

/** Where an import goes: straight into the database, or over GraphQL. */
export interface ImportTarget {
  /** Called when it pauses, with what it waits for, and with null when it goes on. */
  onPause?: (pause: Pause | null) => void;
  events(batch: readonly StoredEvent[]): Promise<Written>;
  products(batch: readonly ProductInput[]): Promise<Written>;
  /** Up to 1,000, with up to 5,000 lines together. */
  orders(batch: readonly OrderInput[]): Promise<Omit<Recorded, 'receipt'>>;
  /** @returns the ids that are not in the catalogue, in the same order */
  missingProducts(ids: readonly string[]): Promise<readonly string[]>;
  /**
   * Resolves when everything written has reached live state.
   * @param onProgress told the share of it that has, from 0 to 1, where that is known
   */
  settled(onProgress?: (share: number) => void): Promise<void>;
}
