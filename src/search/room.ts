import { auth } from '../auth/room';
import { catalog } from '../catalog/room';
import { customers } from '../customers/room';
import { events } from '../events/room';
import { liveState } from '../live-state/room';
import { recommend } from '../recommend/room';
import { defineRoom } from '../rooms/room';

export const needs = { auth, events, catalog, liveState, customers, recommend };

export const search = defineRoom({
  name: 'search',
  needs,
  models: [
    {
      kind: 'search',
      description: 'The regression that puts what is found in order, learned from clicks.',
      fitter: async () => (await import('./ranking/ranking-fitter.js')).rankingFitter,
      minRelease: '0.5.0',
      withoutIt: 'search results are ranked by a fixed formula instead of a fitted model',
    },
  ],
  artefacts: {
    search: 'not personal: weights over all searches; clicks on products by hashes of queries',
    'search-index': 'not personal: the catalogue',
  },
  reads: ['events'],
  tables: () => import('./tables.js'),
  checks: () => import('./checks.js'),
  backlog: () => import('./backlog.js'),
  api: () => import('./api.js'),
  worker: () => import('./worker.js'),
});
