/** `npm run start:source`: takes events from the shop's message bus, against a PostgreSQL and a Redis that are named. */
import { requireServices } from './require-services.mjs';
import { runBuilt } from './run-built.mjs';

requireServices(['SOURCE_URL', 'SOURCE_QUEUE']);
await runBuilt('workers/source.js');
