'use strict';

/**
 * Loaded into a worker before it starts (NODE_OPTIONS=--require). Its background work keeps the usual priority: at the
 * lowest one, fits and EASE get no time while the processes of another test keep the machine busy.
 */
require('node:os').setPriority = () => undefined;
