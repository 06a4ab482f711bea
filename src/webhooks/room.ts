import { defineRoom } from '../rooms/room';

export const webhooks = defineRoom({
  name: 'webhooks',
  tables: () => import('./tables.js'),
  api: () => import('./api.js'),
  worker: () => import('./worker.js'),
});
