'use strict';

/**
 * Loaded into a process before it starts (NODE_OPTIONS=--require). It prints every iteration of the event loop that
 * took more than 50 ms of CPU, and periodically the total CPU time of the main thread. It measures CPU time of the main
 * thread, as Linux counts it, because on a busy machine wall-clock times are too long.
 */
const { readFileSync } = require('node:fs');
const { isMainThread } = require('node:worker_threads');

if (isMainThread) {
  const EVERY_MS = 5;
  const cpuMs = () => Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  let before = cpuMs();
  let reported = before;
  setInterval(() => {
    const now = cpuMs();
    if (now - before > 50) console.log(`event loop blocked for ${Math.round(now - before)} ms`);
    before = now;
    if (now - reported < 100) return;
    reported = now;
    console.log(`main thread used ${Math.round(now)} ms`);
  }, EVERY_MS).unref();
}
