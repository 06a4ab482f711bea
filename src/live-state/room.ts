import { defineRoom } from '../rooms/room';

export const liveState = defineRoom({
  name: 'live-state',
  api: () => import('./api.js'),
  worker: () => import('./worker.js'),
});
