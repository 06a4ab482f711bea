/** `npm run -s freshet -- COMMAND`: runs a command, see `run.ts`. */
import 'reflect-metadata';
import { runCommandLine } from './run';

void runCommandLine(process.argv.slice(2)).then((code) => process.exit(code));
