'use strict';

/**
 * The product's worker, with the counter of a job without the transaction: it checks whether its batches are done,
 * counts their events, and only then processes them. If the job ends in between, it counts them again.
 */
const { replaceExport } = require('./replace-export');

const LOG = require.resolve('../../dist/src/events/append-batches.js');

replaceExport(LOG, 'appendBatches', (appendBatches) => async (eventLog, inboxIds) => {
  await eventLog.pool.query(
    'INSERT INTO naive_counts (batch, events) SELECT id, count FROM inbox WHERE id = ANY($1::uuid[]) AND done_at IS NULL',
    [inboxIds],
  );
  return appendBatches(eventLog, inboxIds);
});

require('../../dist/workers/main.js');
