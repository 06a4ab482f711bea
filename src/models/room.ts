import { extensionPoint } from '../rooms/extension-point';
import { defineRoom } from '../rooms/room';
import type { ActiveModel } from './active-model.service';

/** The models that a process answers with. */
export const servedModels = extensionPoint<ActiveModel<unknown>>('servedModels');

export const models = defineRoom({
  name: 'models',
  tables: () => import('./tables.js'),
  checks: () => import('./checks.js'),
  api: () => import('./api.js'),
  worker: () => import('./worker.js'),
});
