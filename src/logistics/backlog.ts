import { rowsLeft } from '../platform/backlog-sql';

export const backlog = {
  /** Parcels that were delivered, or whose delivery was taken back, and whose order has not been examined since. */
  deliveredOrders: rowsLeft('SELECT FROM shipments WHERE awaits_order ORDER BY order_id'),
  /** Parcels of which something may have to be noticed since a minute or longer. */
  dueParcels: rowsLeft("SELECT FROM shipments WHERE due_at < now() - interval '1 minute' ORDER BY due_at"),
};
