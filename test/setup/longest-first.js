'use strict';

const path = require('node:path');
const { readFileSync } = require('node:fs');
const Sequencer = require('@jest/test-sequencer').default;

/** The slowest test files, one a line. A slow file that starts last would run alone on one core. */
const SLOWEST_FIRST = readFileSync(path.join(__dirname, 'longest-first.txt'), 'utf8').trim().split('\n');
const PLACES = new Map(SLOWEST_FIRST.map((file, place) => [path.join(__dirname, '..', `${file}.test.ts`), place]));

/** Runs the slowest files first, and the others by their size. The order is the same on every machine. */
module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const place = ({ path: file }) => PLACES.get(file) ?? SLOWEST_FIRST.length;
    const size = ({ path: file, context }) => context.hasteFS.getSize(file) ?? 0;
    return [...tests].sort((a, b) => place(a) - place(b) || size(b) - size(a));
  }
};
