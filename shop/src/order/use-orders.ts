import type { RequestError, Storefront } from '@freshet/client';
import { useState } from 'preact/hooks';
import { useEntryMemory } from '../app/entry-memory';
import { useLoad } from '../ui/use-load';
import { Orders, type OrderSummaryData } from './order-fields';

interface LoadedOrders {
  readonly orders: readonly OrderSummaryData[];
  /** Cursor of the next page; null: there is none. */
  readonly next: string | null;
}

interface PageRequest {
  readonly after: string | null;
  /** A different value requests the same page again. */
  readonly attempt: number;
}

export interface OrderList {
  readonly orders: readonly OrderSummaryData[] | undefined;
  readonly error: RequestError | undefined;
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  /** Requests the next page, or retries it after a failure. */
  readonly more: () => void;
}

/** Loads the customer's orders page by page. After going back, as many orders are shown as before. */
export function useOrders(storefront: Storefront, customerId: string): OrderList {
  const memory = useEntryMemory<LoadedOrders>(`orders of ${customerId}`);
  const [{ after, attempt }, setWanted] = useState<PageRequest>({ after: null, attempt: 0 });
  const stored = memory.get();
  // The stored list does not contain the page after its own cursor.
  const isStored = stored !== undefined && (after === null || stored.next !== after);
  const { data, error, stale } = useLoad(
    `${attempt} ${after ?? 'first'}`,
    async (signal): Promise<LoadedOrders> => {
      const before = after === null ? [] : (memory.get()?.orders ?? []);
      const { nodes, pageInfo } = (await storefront.request(Orders, { after }, { signal })).orders;
      const listed = { orders: [...before, ...nodes], next: pageInfo.hasNextPage ? pageInfo.endCursor : null };
      memory.set(listed);
      return listed;
    },
    isStored ? stored : undefined,
  );
  return {
    orders: data?.orders,
    error,
    hasMore: data?.next != null,
    isLoading: stale && error === undefined,
    more: () => setWanted({ after: data?.next ?? null, attempt: attempt + 1 }),
  };
}
