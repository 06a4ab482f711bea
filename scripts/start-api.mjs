/** `npm run start:api`: starts one API process that uses DATABASE_URL and REDIS_URL. */
import { requireServices } from './require-services.mjs';
import { runBuilt } from './run-built.mjs';

requireServices();
await runBuilt('src/main.js');
