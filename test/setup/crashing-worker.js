'use strict';

/** The product's worker, which is killed with SIGKILL each time it is about to write one certain event. */
const logWriter = require('../../dist/src/events/log-writer.js');

const { appendEvents } = logWriter;

logWriter.appendEvents = (client, events, options) => {
  if (events.some((event) => event.id === process.env.CRASH_ON)) process.kill(process.pid, 'SIGKILL');
  return appendEvents(client, events, options);
};

require('../../dist/workers/main.js');
