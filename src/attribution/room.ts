import { catalog } from '../catalog/room';
import { defineRoom } from '../rooms/room';

export const needs = { catalog };

export const attribution = defineRoom({
  name: 'attribution',
  needs,
  reads: ['events', 'catalog', 'orders'],
  tables: () => import('./tables.js'),
  checks: () => import('./checks.js'),
  backlog: () => import('./backlog.js'),
  api: () => import('./api.js'),
  worker: () => import('./worker.js'),
});
