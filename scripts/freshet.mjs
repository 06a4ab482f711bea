/** `npm run -s freshet -- COMMAND`: runs a command. Only the command writes to standard output. */
import { runBuilt } from './run-built.mjs';

await runBuilt('cli/main.js');
