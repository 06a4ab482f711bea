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
  models: [{ kind: 'search', fitter: async () => (await import('./ranking/ranking-fitter.js')).rankingFitter }],
  api: () => import('./api.js'),
  worker: () => import('./worker.js'),
});
