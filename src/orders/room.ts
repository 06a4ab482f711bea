import { catalog } from '../catalog/room';
import { events } from '../events/room';
import { defineRoom } from '../rooms/room';
import { streams } from '../streams/room';

export const needs = { events, catalog, streams };

export const orders = defineRoom({
  name: 'orders',
  needs,
  reads: ['events'],
  tables: () => import('./tables.js'),
  api: () => import('./api.js'),
});
