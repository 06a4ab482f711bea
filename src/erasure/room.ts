import { events } from '../events/room';
import { defineRoom } from '../rooms/room';

export const needs = { events };

export const erasure = defineRoom({
  name: 'erasure',
  needs,
  tables: () => import('./tables.js'),
  checks: () => import('./checks.js'),
  api: () => import('./api.js'),
  worker: () => import('./worker.js'),
});
