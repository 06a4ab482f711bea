'use strict';

/**
 * Replaces a function that a built module exports, for all modules that are loaded later. Exports themselves are
 * read-only.
 * @param {string} file absolute path of the module
 * @param {string} name of the function
 * @param {(original: Function) => Function} replace
 */
exports.replaceExport = (file, name, replace) => {
  const original = require(file);
  require.cache[require.resolve(file)].exports = { ...original, [name]: replace(original[name]) };
};
