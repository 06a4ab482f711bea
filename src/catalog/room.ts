import { events } from '../events/room';
import { extensionPoint } from '../rooms/extension-point';
import { defineRoom } from '../rooms/room';
import type { CustomerValues } from './product-conditions.service';

/** What filters and boosts read of a customer. */
export const customerValues = extensionPoint<CustomerValues>('customerValues');

export const needs = { events };

export const catalog = defineRoom({
  name: 'catalog',
  needs,
  tables: () => import('./tables.js'),
  api: () => import('./api.js'),
});
