import { rowsOfPerson } from '../rooms/personal-rows.store';
import { eraseTogether, OF_THE_SHOP, type Tables } from '../rooms/tables';
import { eraseFromShipments } from './shipment.store';

export const tables: Tables = {
  shipments: {
    erase: eraseTogether(eraseFromShipments),
    export: rowsOfPerson('shipmentIds', 'shipments', 'id = ANY($1)', ['id'], 'started_at'),
    growth: 'not grown',
  },
  carrier_codes: OF_THE_SHOP,
  delivery_days: OF_THE_SHOP,
};
