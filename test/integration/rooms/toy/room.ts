import { customers } from '../../../../src/customers/room';
import { defineRoom } from '../../../../src/rooms/room';

/** A room that counts what customers wish for. It stands in no list of the product. */
export const toy = defineRoom({
  name: 'toy',
  needs: { customers },
  effects: async () => [(await import('./wish-counter.js')).wishCounter],
  models: [
    {
      kind: 'wish',
      description: 'The product that customers wish for most.',
      fitter: async () => (await import('./wish-fitter.js')).wishFitter,
      minRelease: '0.5.0',
      withoutIt: 'no product is the most wished',
    },
  ],
  artefacts: { wish: 'not personal: the id of a product' },
  reads: ['events'],
  tables: () => import('./tables.js'),
  checks: () => import('./checks.js'),
  recounts: { what: 'the wishes', load: async () => (await import('./wish.store.js')).compareWishes },
  backlog: () => import('./backlog.js'),
  api: () => import('./api.js'),
  worker: () => import('./worker.js'),
});
