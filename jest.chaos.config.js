'use strict';

const { projects } = require('./jest.config');

const measured = projects.find(({ displayName }) => displayName === 'measured');

/**
 * `npm run chaos`: the fault matrix, which takes minutes and so is no part of the other commands.
 * @type {import('jest').Config}
 */
module.exports = {
  ...measured,
  testMatch: ['<rootDir>/test/chaos/{matrix,flood}.ts'],
  maxWorkers: 1,
  testTimeout: 30_000,
};
