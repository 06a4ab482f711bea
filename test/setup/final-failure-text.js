'use strict';

/** Begins the message of a failure that no other run of its file excuses. */
exports.FINAL_FAILURE = 'This failure is final, even if another run passes.';
