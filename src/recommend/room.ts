import { auth } from '../auth/room';
import { catalog } from '../catalog/room';
import { customers } from '../customers/room';
import { events } from '../events/room';
import { liveState } from '../live-state/room';
import { models } from '../models/room';
import { extensionPoint } from '../rooms/extension-point';
import { defineRoom } from '../rooms/room';
import type { Sponsorship } from './serving/sponsorship';

/** Chooses the sponsored products of lists and searches. */
export const sponsorship = extensionPoint<Sponsorship>('sponsorship');

export const needs = { auth, models, events, catalog, liveState, customers };

export const recommend = defineRoom({
  name: 'recommend',
  needs,
  models: [
    {
      kind: 'blend',
      description: 'The logistic regression that puts PERSONAL lists in order, from all sources.',
      fitter: async () => (await import('./training/ranker-fitter.js')).rankerFitter,
      minRelease: '0.4.0',
      withoutIt: 'lists are ranked by a fixed formula (rank fusion of the candidate sources) instead of a fitted model',
    },
  ],
  artefacts: {
    blend: 'not personal: parameters of products and features over all customers',
    ease: 'not personal: counts of pairs of products over all customers',
  },
  api: () => import('./api.js'),
  worker: () => import('./worker.js'),
});
