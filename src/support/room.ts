import { auth } from '../auth/room';
import { catalog } from '../catalog/room';
import { events } from '../events/room';
import { logistics } from '../logistics/room';
import { recommend } from '../recommend/room';
import { extensionPoint } from '../rooms/extension-point';
import { defineRoom } from '../rooms/room';
import { search } from '../search/room';
import { streams } from '../streams/room';

/** Returns whether a simulated desk decides the requests of customers. */
export const simulatesDesk = extensionPoint<() => Promise<boolean>>('simulatesDesk');

export const needs = { auth, events, catalog, logistics, recommend, search, streams };

export const support = defineRoom({
  name: 'support',
  needs,
  models: [
    {
      kind: 'intents',
      description: 'The classifier of questions that customers ask in conversations.',
      fitter: async () => (await import('./understanding/intents-fitter.js')).intentsFitter,
      minRelease: '0.5.0',
      withoutIt: 'questions of customers are not understood, and each one is offered a person',
    },
  ],
  artefacts: {
    intents: 'not personal: weights of hashes of words and of their parts; hashes of the texts',
  },
  reads: ['models', 'events', 'customers', 'orders', 'logistics'],
  tables: () => import('./tables.js'),
  checks: () => import('./checks.js'),
  gauges: () => import('./gauges.js'),
  api: () => import('./api.js'),
  worker: () => import('./worker.js'),
});
