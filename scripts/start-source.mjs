/** `npm run start:source`: consumes events from the shop's message bus, using DATABASE_URL and REDIS_URL. */
import { requireServices } from './require-services.mjs';
import { runBuilt } from './run-built.mjs';

requireServices(['SOURCE_URL', 'SOURCE_QUEUE']);
await runBuilt('workers/source.js');
