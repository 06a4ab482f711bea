import { defineRoom } from '../rooms/room';

export const webhooks = defineRoom({
  name: 'webhooks',
  api: () => import('./api.js'),
  worker: () => import('./worker.js'),
});
