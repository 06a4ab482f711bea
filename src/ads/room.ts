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
  models: [{ kind: 'ads', fitter: async () => (await import('./clicks/ads-fitter.js')).adsFitter }],
  api: () => import('./api.js'),
  worker: () => import('./worker.js'),
});
