import { rowsOfPerson } from '../rooms/personal-rows.store';
import { type Tables } from '../rooms/tables';
import { eraseFromOrders } from './order-owner.store';

export const tables: Tables = {
  orders: {
    erase: {
      phase: 'WITH_LOG',
      run: async (client, { subjects, renamedOrders }) => {
        for (const order of await eraseFromOrders(client, subjects)) renamedOrders.push(order);
      },
    },
    export: rowsOfPerson('orderIds', 'orders', 'id = ANY($1)', ['id'], 'placed_at'),
    growth: 'not grown',
  },
  order_lines: {
    erase: 'with its order',
    export: rowsOfPerson('orderIds', 'order_lines', 'order_id = ANY($1)', ['order_id', 'id'], 'placed_at'),
    growth: 'not grown',
  },
  payments: {
    erase: 'with its order',
    export: rowsOfPerson('orderIds', 'payments', 'order_id = ANY($1)', ['id'], 'occurred_at'),
    growth: 'not grown',
  },
  order_history: {
    erase: 'with its order',
    export: rowsOfPerson('orderIds', 'order_history', 'order_id = ANY($1)', ['order_id', 'sequence'], 'occurred_at'),
    growth: 'not grown',
  },
};
