/** `npm start`: starts everything that a shop needs on this machine. */
import { runBuilt } from './run-built.mjs';

await runBuilt('cli/start.js');
