/** `npm start`: starts everything that a shop needs on this machine. */
import { checkStart } from './check-start.mjs';
import { runBuilt } from './run-built.mjs';

await checkStart();
await runBuilt('cli/start.js');
