import { defineRoom } from '../rooms/room';

export const liveState = defineRoom({
  name: 'live-state',
  checks: () => import('./checks.js'),
  backlog: () => import('./backlog.js'),
  api: () => import('./api.js'),
  worker: () => import('./worker.js'),
});
