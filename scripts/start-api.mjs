/** `npm run start:api`: one API process, against a PostgreSQL and a Redis that are named. */
import { requireServices } from './require-services.mjs';
import { runBuilt } from './run-built.mjs';

requireServices();
await runBuilt('src/main.js');
