import { auth } from '../auth/room';
import { extensionPoint } from '../rooms/extension-point';
import { defineRoom } from '../rooms/room';
import type { ReadModel } from './read-model';

/** Data in memory that the follower of the log loads and updates, in this order. */
export const readModels = extensionPoint<ReadModel>('readModels');

/** Returns whether a product is published. */
export const knowsProduct = extensionPoint<(id: string) => boolean>('knowsProduct');

export const needs = { auth };

export const events = defineRoom({
  name: 'events',
  needs,
  tables: () => import('./tables.js'),
  checks: () => import('./checks.js'),
  backlog: () => import('./backlog.js'),
  api: () => import('./api.js'),
  worker: () => import('./worker.js'),
});
