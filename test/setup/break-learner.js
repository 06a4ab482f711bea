'use strict';

/**
 * Loaded into a worker before all other code (also into its threads). The learner fails, half-way through, at every
 * event with the product BREAK_ON, and at every merge into the customer BREAK_ON.
 */
const { LearnerState } = require('../../dist/src/live-state/learner/learner-state.js');

const { BREAK_ON } = process.env;
const { applyEntry } = LearnerState.prototype;

LearnerState.prototype.applyEntry = function (entry) {
  applyEntry.call(this, entry);
  if (entry.productId === BREAK_ON || entry.into === `c:${BREAK_ON}`) throw new Error(`broken by ${BREAK_ON}`);
};
