import type { TimeCursor } from '../../graphql/connection';
import { ApiError } from '../../graphql/errors';
import type { Pool } from '../../platform/postgres';
import { isUuid } from '../../platform/uuid';
import { hasWebhook } from '../../webhooks/webhook.store';
import type { OrderRequestKind, OrderRequestRecord, OrderRequestState } from './order-request';
import { findOpenRequest, findOrderRequest, findOrderRequests, pageOfOrderRequests } from './order-request.store';

/** Reads requests about orders. The caller must ensure that the viewer may see them. */
export class OrderRequestReader {
  /** @param isSimulated returns whether the desk of the demo shop decides them */
  constructor(
    private readonly pool: Pool,
    private readonly isSimulated: () => Promise<boolean>,
  ) {}

  /** Returns whether the shop receives requests: it has a webhook for them, or is the demo shop. */
  async areOffered(): Promise<boolean> {
    return (await hasWebhook(this.pool, 'ORDER_REQUESTS')) || this.isSimulated();
  }

  /** Returns the request of a kind about an order that the shop has not resolved yet. */
  findOpen(orderId: string, kind: OrderRequestKind): Promise<OrderRequestRecord | undefined> {
    return findOpenRequest(this.pool, orderId, kind);
  }

  findAll(ids: readonly string[]): Promise<OrderRequestRecord[]> {
    return findOrderRequests(this.pool, ids);
  }

  /** @throws ApiError NOT_FOUND */
  async find(id: string): Promise<OrderRequestRecord> {
    const found = isUuid(id) ? await findOrderRequest(this.pool, id) : undefined;
    if (found?.id !== id) throw new ApiError('NOT_FOUND', 'The request does not exist.');
    return found;
  }

  /** Returns requests, the newest first. @param states null for all */
  page(
    states: readonly OrderRequestState[] | null,
    after: TimeCursor | undefined,
    count: number,
  ): Promise<OrderRequestRecord[]> {
    return pageOfOrderRequests(this.pool, states, after, count);
  }
}
