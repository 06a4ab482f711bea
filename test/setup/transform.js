'use strict';

/**
 * @swc/jest, with the globals that loops use bound once for each module: jest runs modules in a separate context, where
 * each access to a global takes a hundred times as long as outside.
 */
const { createTransformer } = require('@swc/jest');

const BOUND = '"use strict"; const { Math, Number } = globalThis; ';

module.exports = {
  createTransformer(options) {
    const swc = createTransformer(options);
    return {
      ...swc,
      process(source, file, settings) {
        const result = swc.process(source, file, settings);
        return { ...result, code: BOUND + result.code };
      },
    };
  },
};
