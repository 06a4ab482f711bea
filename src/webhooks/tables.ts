import { eraseTogether, OF_THE_SHOP, type Tables } from '../rooms/tables';
import { eraseContentDeliveries } from './delivery.store';

export const tables: Tables = {
  webhook_deliveries: {
    erase: eraseTogether(eraseContentDeliveries),
    export: 'none: notifications about alerts, segments, shipments and requests, which are exported themselves',
    growth: {
      bound: 'a row for each request about an order, each transition of an alert, and each webhook',
      retention: '7 days after it has ended; about an alert, with the alert',
    },
  },
  alert_webhooks: OF_THE_SHOP,
};
