import { catalog } from '../catalog/room';
import { events } from '../events/room';
import { orders } from '../orders/room';
import { defineRoom } from '../rooms/room';
import { streams } from '../streams/room';

export const needs = { events, catalog, streams, orders };

export const logistics = defineRoom({
  name: 'logistics',
  needs,
  effects: async () => [new (await import('./shipment-tracker.service.js')).ShipmentTracker()],
  reads: ['events', 'orders'],
  tables: () => import('./tables.js'),
  checks: () => import('./checks.js'),
  recounts: { what: 'all shipments', load: async () => (await import('./replay-shipments.js')).replayShipments },
  backlog: () => import('./backlog.js'),
  api: () => import('./api.js'),
  worker: () => import('./worker.js'),
});
