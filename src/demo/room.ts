import { auth } from '../auth/room';
import { catalog } from '../catalog/room';
import { customers } from '../customers/room';
import { orders } from '../orders/room';
import { defineRoom } from '../rooms/room';

export const needs = { auth, catalog, orders, customers };

export const demo = defineRoom({
  name: 'demo',
  needs,
  reads: ['events', 'catalog', 'orders', 'logistics', 'customers', 'support'],
  api: () => import('./api.js'),
  worker: () => import('./worker.js'),
});
