/** `npm run -s freshet -- …`: the commands. What they print on standard output is theirs alone. */
import { runBuilt } from './run-built.mjs';

await runBuilt('cli/main.js');
