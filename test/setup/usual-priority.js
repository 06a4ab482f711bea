'use strict';

/**
 * Loaded into a worker or an API process before it starts (NODE_OPTIONS=--require). Its background work runs at normal
 * priority: at the lowest priority, fits, EASE and base segments get no CPU time while other processes keep the machine
 * busy.
 */
require('node:os').setPriority = () => undefined;
