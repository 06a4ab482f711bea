import { defineRoom } from '../rooms/room';

export const webhooks = defineRoom({
  name: 'webhooks',
  api: () => import('./api'),
  worker: () => import('./worker'),
});
