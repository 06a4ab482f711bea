import { events } from '../events/room';
import { defineRoom } from '../rooms/room';

export const needs = { events };

export const erasure = defineRoom({
  name: 'erasure',
  needs,
  checks: () => import('./checks.js'),
  api: () => import('./api.js'),
  worker: () => import('./worker.js'),
});
