import type { TimeCursor } from '../graphql/connection';
import type { Viewer } from '../graphql/context';
import { ApiError } from '../graphql/errors';
import { allows } from '../graphql/scope';
import type { OrderReader } from '../orders/order-reader.service';
import type { Pool } from '../platform/postgres';
import { pageOfShipments, readShipments, readShipmentsOfOrder, type ShipmentFilter } from './shipment.store';
import { shipmentFor, viewOfShipment } from './shipment-view';
import type { Shipment } from './shipment.type';

/** Reads shipments for viewers with the necessary permissions. */
export class ShipmentReader {
  constructor(
    private readonly pool: Pool,
    private readonly orders: Pick<OrderReader, 'find'>,
  ) {}

  /** @throws ApiError NOT_FOUND for an unknown shipment, and for one of an order that the viewer may not see */
  async find(id: string, viewer: Viewer): Promise<Shipment> {
    const [stored] = await readShipments(this.pool, [id]);
    const orderId = stored?.newest?.record.orderId;
    if (stored === undefined || !(await this.canSee(orderId, viewer)))
      throw new ApiError('NOT_FOUND', 'The shipment does not exist, or this token may not read it.');
    return shipmentFor(viewOfShipment(stored, new Date()), viewer);
  }

  /** Returns the shipments of an order, the oldest first. The caller must ensure that the viewer may see the order. */
  async ofOrder(orderId: string): Promise<Shipment[]> {
    const asOf = new Date();
    return (await readShipmentsOfOrder(this.pool, orderId)).map((stored) => viewOfShipment(stored, asOf));
  }

  /** Returns shipments, newest first. The caller must ensure that the viewer may see them. */
  async page(filter: ShipmentFilter, after: TimeCursor | undefined, count: number): Promise<Shipment[]> {
    const asOf = new Date();
    return (await pageOfShipments(this.pool, filter, after, count)).map((stored) => viewOfShipment(stored, asOf));
  }

  /** A key or token that is not of the shop may see the shipments of those orders that it may see. */
  private async canSee(orderId: string | undefined, viewer: Viewer): Promise<boolean> {
    if (allows(viewer.scope, 'SERVER')) return true;
    if (orderId === undefined) return false;
    return this.orders.find(orderId, viewer).then(
      () => true,
      (error: unknown) => {
        if (error instanceof ApiError && error.code === 'NOT_FOUND') return false;
        throw error;
      },
    );
  }
}
