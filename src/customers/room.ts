import { catalog } from '../catalog/room';
import { events } from '../events/room';
import { models } from '../models/room';
import { extensionPoint } from '../rooms/extension-point';
import { defineRoom } from '../rooms/room';
import { webhooks } from '../webhooks/room';
import type { MergeEffect } from './merge.service';

/** What merges of customers move in later rooms. */
export const mergeEffects = extensionPoint<MergeEffect>('mergeEffects');

export const needs = { webhooks, models, events, catalog };

export const customers = defineRoom({
  name: 'customers',
  needs,
  // Profiles wait for segments and value, so these are fitted first.
  models: [
    { kind: 'segments', fitter: async () => (await import('./segments/segments-fitter.js')).segmentsFitter },
    { kind: 'value', fitter: async () => (await import('./value/value-fitter.js')).valueFitter },
    { kind: 'behaviour', fitter: async () => (await import('./behaviour/behaviour-fitter.js')).behaviourFitter },
  ],
  api: () => import('./api.js'),
  worker: () => import('./worker.js'),
});
