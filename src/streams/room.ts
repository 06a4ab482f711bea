import { events } from '../events/room';
import { defineRoom } from '../rooms/room';

export const needs = { events };

export const streams = defineRoom({
  name: 'streams',
  needs,
  effects: async () => [new (await import('./stream-counter.service.js')).StreamCounter()],
  reads: ['events'],
  tables: () => import('./tables.js'),
  recounts: { what: 'all stream windows', load: async () => (await import('./replay-streams.js')).replayStreams },
  backlog: () => import('./backlog.js'),
  api: () => import('./api.js'),
  worker: () => import('./worker.js'),
});
