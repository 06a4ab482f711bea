'use strict';

/**
 * Loaded into a worker before it starts (NODE_OPTIONS=--require). Its background work runs at normal priority: at the
 * lowest priority, fits and EASE get no CPU time while the processes of another test keep the machine busy.
 */
require('node:os').setPriority = () => undefined;
