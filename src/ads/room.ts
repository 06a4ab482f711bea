import { auth } from '../auth/room';
import { catalog } from '../catalog/room';
import { customers } from '../customers/room';
import { events } from '../events/room';
import { recommend } from '../recommend/room';
import { defineRoom } from '../rooms/room';
import { search } from '../search/room';

export const needs = { auth, events, catalog, customers, recommend, search };

export const ads = defineRoom({
  name: 'ads',
  needs,
  models: [
    {
      kind: 'ads',
      description: 'The regression that predicts clicks on ads.',
      fitter: async () => (await import('./clicks/ads-fitter.js')).adsFitter,
      minRelease: '0.5.0',
      // A version every ten minutes: these are of more than three hours.
      retained: 20,
      withoutIt: 'ads are ranked and priced with one fixed probability of a click',
    },
  ],
  artefacts: {
    ads: 'not personal: weights of hashed features over all impressions',
  },
  reads: ['events', 'catalog', 'customers', 'attribution'],
  tables: () => import('./tables.js'),
  checks: () => import('./checks.js'),
  recounts: { what: 'the ledger of the ads', load: async () => (await import('./billing/replay-ads.js')).replayAds },
  backlog: () => import('./backlog.js'),
  api: () => import('./api.js'),
  worker: () => import('./worker.js'),
});
