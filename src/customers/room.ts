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
    {
      kind: 'segments',
      description: 'The clusters of customers with similar purchases.',
      fitter: async () => (await import('./segments/segments-fitter.js')).segmentsFitter,
      minRelease: '0.3.0',
      withoutIt: 'customers have no segments',
    },
    {
      kind: 'value',
      description: 'Predictions of the amount that a customer spends, and of churn.',
      fitter: async () => (await import('./value/value-fitter.js')).valueFitter,
      minRelease: '0.3.0',
      withoutIt: 'customers have no predictions',
    },
    {
      kind: 'behaviour',
      description: 'Predictions of what a session does next, and of an order in it.',
      fitter: async () => (await import('./behaviour/behaviour-fitter.js')).behaviourFitter,
      minRelease: '0.3.0',
      withoutIt: 'the behaviour of sessions is answered by stated rules instead of a fitted model',
      isLast: true,
    },
  ],
  artefacts: {
    segments: 'not personal: centroids, with names made from the catalogue',
    value: 'not personal: parameters over all customers',
    behaviour: 'not personal: parameters over all sessions',
  },
  reads: ['models', 'events', 'catalog'],
  tables: () => import('./tables.js'),
  checks: () => import('./checks.js'),
  gauges: () => import('./gauges.js'),
  backlog: () => import('./backlog.js'),
  api: () => import('./api.js'),
  worker: () => import('./worker.js'),
});
