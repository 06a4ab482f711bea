import { auth } from '../auth/room';
import { events } from '../events/room';
import { liveState } from '../live-state/room';
import { models } from '../models/room';
import { orders } from '../orders/room';
import { extensionPoint } from '../rooms/extension-point';
import { defineRoom } from '../rooms/room';
import { streams } from '../streams/room';
import { webhooks } from '../webhooks/room';
import type { ReachedPosition } from './backlog.route';

/** The log positions that data of later rooms has reached in this process. */
export const reachedPositions = extensionPoint<ReachedPosition>('reachedPositions');

export const needs = { auth, webhooks, models, events, liveState, streams, orders };

export const monitoring = defineRoom({
  name: 'monitoring',
  needs,
  reads: ['webhooks', 'events', 'streams'],
  tables: () => import('./tables.js'),
  checks: () => import('./checks.js'),
  api: () => import('./api.js'),
  worker: () => import('./worker.js'),
});
