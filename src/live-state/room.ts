import { defineRoom } from '../rooms/room';

export const liveState = defineRoom({
  name: 'live-state',
  // Both halves of the learner's checkpoint. That of the shop has sessions: times and products of each customer and visit,
  // without ids. After an erasure, the learner stores it without sessions, until it has learned the log again.
  artefacts: { 'shop-state': 'deleted', 'learner-subjects': 'deleted' },
  reads: ['events'],
  checks: () => import('./checks.js'),
  backlog: () => import('./backlog.js'),
  api: () => import('./api.js'),
  worker: () => import('./worker.js'),
});
