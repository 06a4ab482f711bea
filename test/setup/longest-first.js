'use strict';

const path = require('node:path');
const { readFileSync } = require('node:fs');
const Sequencer = require('@jest/test-sequencer').default;

/** Files that take longest, one a line. What begins last would else go on alone, on one core. */
const SLOWEST_FIRST = readFileSync(path.join(__dirname, 'longest-first.txt'), 'utf8').trim().split('\n');
const PLACES = new Map(SLOWEST_FIRST.map((file, place) => [path.join(__dirname, '..', `${file}.test.ts`), place]));

/** Begins with the longest files; the others follow by their size. The same order on every machine. */
module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const place = ({ path: file }) => PLACES.get(file) ?? SLOWEST_FIRST.length;
    const size = ({ path: file, context }) => context.hasteFS.getSize(file) ?? 0;
    return [...tests].sort((a, b) => place(a) - place(b) || size(b) - size(a));
  }
};
