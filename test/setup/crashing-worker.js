'use strict';

/** The product's worker, which is killed with SIGKILL each time it is about to write one certain event. */
const { replaceExport } = require('./replace-export');

const STORE = require.resolve('../../dist/src/events/append-events.store.js');

replaceExport(STORE, 'appendEvents', (appendEvents) => (client, events, ...others) => {
  if (events.some((event) => event.id === process.env.CRASH_ON)) process.kill(process.pid, 'SIGKILL');
  return appendEvents(client, events, ...others);
});

require('../../dist/workers/main.js');
