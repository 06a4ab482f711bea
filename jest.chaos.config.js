'use strict';

const { projects } = require('./jest.config');

const chaos = projects.find(({ displayName }) => displayName === 'chaos');

/**
 * `npm run chaos`: the fault matrix, which takes minutes and so is no part of `npm test`.
 * @type {import('jest').Config}
 */
module.exports = {
  ...chaos,
  testMatch: ['<rootDir>/test/chaos/{matrix,flood}.ts'],
  maxWorkers: 1,
  testTimeout: 30_000,
};
