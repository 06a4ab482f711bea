'use strict';

/** A filter for Jest: of the files that the other arguments select, only FRESHET_ONLY_FILE runs. */
module.exports = (files) => ({ filtered: files.filter((file) => file === process.env.FRESHET_ONLY_FILE) });
