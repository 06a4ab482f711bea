/** `npm run start:worker`: starts one worker process that uses DATABASE_URL and REDIS_URL. */
import { requireServices } from './require-services.mjs';
import { runBuilt } from './run-built.mjs';

requireServices();
await runBuilt('workers/main.js');
