'use strict';

/**
 * Loaded into a worker before all other code (also into its threads). The learner's thread blocks for BLOCK_MS at each
 * event with the product `block`, and forever at each event with the product `hang`, as long as the file HANG_FILE
 * exists.
 */
const { existsSync } = require('node:fs');
const { LearnerState } = require('../../dist/src/live-state/learner/learner-state.js');

const { BLOCK_MS, HANG_FILE } = process.env;
const { applyEntry } = LearnerState.prototype;
const nothing = new Int32Array(new SharedArrayBuffer(4));

LearnerState.prototype.applyEntry = function (entry) {
  if (entry.productId === 'block') Atomics.wait(nothing, 0, 0, Number(BLOCK_MS));
  if (entry.productId === 'hang' && existsSync(HANG_FILE)) Atomics.wait(nothing, 0, 0);
  applyEntry.call(this, entry);
};
