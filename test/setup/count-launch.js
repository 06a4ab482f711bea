'use strict';

const { appendFileSync } = require('node:fs');

/** Records that a program of Freshet was started, for the count that `scripts/test.mjs` prints. */
exports.countLaunch = (program) => {
  if (process.env.FRESHET_LAUNCHES) appendFileSync(process.env.FRESHET_LAUNCHES, `${program}\n`);
};
