import type { ProductsReadModel } from '../catalog/products.read-model';
import type { TimeCursor } from '../graphql/connection';
import type { Viewer } from '../graphql/context';
import { ApiError } from '../graphql/errors';
import { allows, isShopKey } from '../graphql/scope';
import type { Pool } from '../platform/postgres';
import type { OrderRecord } from './order-record';
import { newestSalesOf, pageOfOrders, readOrders, type OrderFilter } from './order.store';
import { viewForOperators, viewOf } from './order-view';
import type { Order } from './order.type';
import type { ReturnWindow } from './return-window';

/** Reads orders for viewers with the necessary permissions. */
export class OrderReader {
  constructor(
    private readonly pool: Pool,
    private readonly products: ProductsReadModel,
    private readonly returnWindow: ReturnWindow | null,
  ) {}

  /** @throws ApiError NOT_FOUND for an unknown order, and for an order that the viewer may not see */
  async find(id: string, viewer: Viewer): Promise<Order> {
    const [record] = await this.read([id]);
    if (record === undefined || !maySeeOrder(record, viewer))
      throw new ApiError('NOT_FOUND', 'The order does not exist, or this token may not read it.');
    return this.view(record, viewer);
  }

  /** Returns orders, newest first. The caller must ensure that the viewer may see them. */
  async page(filter: OrderFilter, after: TimeCursor | undefined, count: number, viewer: Viewer): Promise<Order[]> {
    const ids = await pageOfOrders(this.pool, filter, after, count);
    return (await this.read(ids)).map((record) => this.view(record, viewer));
  }

  /** Returns the newest sales that a storefront token may see. */
  async newestOf(viewer: Viewer, count: number): Promise<Order[]> {
    const { customerId, sessionId, orderId } = viewer;
    const ids =
      orderId === undefined
        ? await newestSalesOf(this.pool, { customerId: customerId ?? null, sessionId: sessionId ?? null }, count)
        : [orderId];
    return (await this.read(ids))
      .filter((record) => maySeeOrder(record, viewer))
      .map((record) => this.view(record, viewer));
  }

  private async read(ids: readonly string[]): Promise<OrderRecord[]> {
    if (ids.length === 0) return [];
    const orders = await readOrders(this.pool, ids);
    return ids.flatMap((id) => orders.get(id) ?? []);
  }

  private view(record: OrderRecord, { scope, orderId }: Viewer): Order {
    const seesAll = allows(scope, 'SERVER');
    const productOf = (id: string) => (seesAll ? this.products.get(id) : this.products.getPublished(id));
    const order = viewOf(record, productOf, { asOf: new Date(), returnWindow: this.returnWindow });
    if (scope === 'OPERATOR') return viewForOperators(order);
    // A guest does not learn whose order it is, because links are forwarded.
    return orderId === undefined ? order : { ...order, customerId: null, sessionId: null };
  }
}

/**
 * Returns whether a viewer may see an order. A storefront token may see the orders of its customer, and the orders of
 * its session that have no customer. The token of a guest may see its order. Operators reach orders only through
 * conversations, all of which they may open, and see a part of them: {@link viewForOperators}.
 */
export function maySeeOrder({ id, customerId, sessionId }: OrderRecord, viewer: Viewer): boolean {
  if (isShopKey(viewer.scope) || viewer.scope === 'OPERATOR' || viewer.orderId === id) return true;
  if (customerId !== null) return customerId === viewer.customerId;
  return sessionId !== null && sessionId === viewer.sessionId;
}
