'use strict';

/**
 * How TypeScript becomes JavaScript, in the build and in the tests. Types are checked by `npm run typecheck` only, which
 * takes ten times as long.
 * @type {import('@swc/core').Options}
 */
module.exports = {
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
    keepClassNames: true,
  },
  // `import()` stays as it is, because some packages are ES modules. It finds the exports of our modules by annotations.
  module: { type: 'commonjs', ignoreDynamic: true, exportInteropAnnotation: true },
};
