import type { RequestError, Storefront } from '@freshet/client';
import { useState } from 'preact/hooks';
import { useEntryMemory } from '../app/entry-memory';
import { useLoad } from '../ui/use-load';
import { Orders, type OrderSummaryData } from './order-fields';

interface Listed {
  readonly orders: readonly OrderSummaryData[];
  /** Where the next page begins; null: there is none. */
  readonly next: string | null;
}

interface Wanted {
  readonly after: string | null;
  /** Another one asks for the same page again. */
  readonly attempt: number;
}

export interface OrderList {
  readonly orders: readonly OrderSummaryData[] | undefined;
  readonly error: RequestError | undefined;
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  /** Asks for the next page: again, where that has failed. */
  readonly more: () => void;
}

/** The customer's orders, a page at a time. Who goes back finds as many as they left. */
export function useOrders(storefront: Storefront, customerId: string): OrderList {
  const memory = useEntryMemory<Listed>(`orders of ${customerId}`);
  const [{ after, attempt }, setWanted] = useState<Wanted>({ after: null, attempt: 0 });
  const kept = memory.get();
  // What is behind it is not in it yet.
  const isKept = kept !== undefined && (after === null || kept.next !== after);
  const { data, error, stale } = useLoad(
    `${attempt} ${after ?? 'first'}`,
    async (signal): Promise<Listed> => {
      const before = after === null ? [] : (memory.get()?.orders ?? []);
      const { nodes, pageInfo } = (await storefront.request(Orders, { after }, { signal })).orders;
      const listed = { orders: [...before, ...nodes], next: pageInfo.hasNextPage ? pageInfo.endCursor : null };
      memory.set(listed);
      return listed;
    },
    isKept ? kept : undefined,
  );
  return {
    orders: data?.orders,
    error,
    hasMore: data?.next != null,
    isLoading: stale && error === undefined,
    more: () => setWanted({ after: data?.next ?? null, attempt: attempt + 1 }),
  };
}
