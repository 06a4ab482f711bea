'use strict';

/** The import arrows of what runs in a browser: page → client → the schema's types. None of it touches the server. */

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'client-knows-no-page',
      comment: 'The client is a package of its own.',
      severity: 'error',
      from: { path: '^client/' },
      to: { path: '^(?!client/|node_modules/)', pathNot: 'generated/' },
    },
    {
      name: 'pages-know-only-the-client',
      comment: 'A page talks to the shop through GraphQL, as any other page could.',
      severity: 'error',
      from: { path: '^(shop|console|explorer)/src/' },
      to: { path: '^(?!node_modules/|client/src/index[.]ts$)', pathNot: '^$1/' },
    },
    {
      name: 'no-cycles',
      comment: 'Modules that need each other at run time are one module, or miss a third.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'everything-resolves',
      comment: 'An import that leads nowhere escapes every other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: 'generated/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.pages.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'browser', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
    },
  },
};
