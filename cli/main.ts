/**
 * `npm run -s freshet -- COMMAND`: runs a command. Results go to standard output, everything else to standard error.
 */
import 'reflect-metadata';
import { ConfigError } from '../src/config';
import { runDemo, DEMO_USAGE as DEMO } from './demo';
import { runDoctor, DOCTOR_USAGE as DOCTOR } from './doctor';
import { runEvaluate, EVALUATE_USAGE as EVALUATE } from './evaluate';
import { runEvaluateClassifiers, EVALUATE_CLASSIFIERS_USAGE as EVALUATE_CLASSIFIERS } from './evaluate-classifiers';
import { runEvaluateSearch, EVALUATE_SEARCH_USAGE as EVALUATE_SEARCH } from './evaluate-search';
import { runForecast, FORECAST_USAGE as FORECAST } from './forecast';
import { runImport, IMPORT_USAGE as IMPORT } from './import';
import { runKey, KEY_USAGE as KEY } from './key';
import { runMigrate, MIGRATE_USAGE as MIGRATE } from './migrate';
import { runRebuild, REBUILD_USAGE as REBUILD } from './rebuild';
import { runReplay, REPLAY_USAGE as REPLAY } from './replay';
import { UsageError } from './usage-error';

interface Command {
  readonly run: (argv: readonly string[]) => Promise<void>;
  readonly usage: string;
}

const COMMANDS = new Map<string, Command>([
  ['import', { run: runImport, usage: IMPORT }],
  ['evaluate', { run: runEvaluate, usage: EVALUATE }],
  ['evaluate-classifiers', { run: runEvaluateClassifiers, usage: EVALUATE_CLASSIFIERS }],
  ['evaluate-search', { run: runEvaluateSearch, usage: EVALUATE_SEARCH }],
  ['forecast', { run: runForecast, usage: FORECAST }],
  ['key', { run: runKey, usage: KEY }],
  ['rebuild', { run: runRebuild, usage: REBUILD }],
  ['replay', { run: runReplay, usage: REPLAY }],
  ['migrate', { run: runMigrate, usage: MIGRATE }],
  ['demo', { run: runDemo, usage: DEMO }],
  ['doctor', { run: runDoctor, usage: DOCTOR }],
]);

const [name, ...argv] = process.argv.slice(2);

async function main(): Promise<void> {
  if (name === 'help' || name === '--help' || argv.includes('--help')) return console.log(usage());
  const command = COMMANDS.get(name);
  if (!command) throw new UsageError(name === undefined ? 'a command is required' : `there is no command ${name}`);
  await command.run(argv);
}

/** Returns the usage of the named command, or of all commands. */
function usage(): string {
  const command = COMMANDS.get(name);
  const commands = command ? [command] : [...COMMANDS.values()];
  return `Usage:\n${commands.map((each) => `  npm run -s freshet -- ${each.usage}\n`).join('')}`;
}

main().then(
  () => process.exit(0),
  (error: Error & { code?: string }) => {
    const isUsage = error instanceof UsageError || error.code?.startsWith('ERR_PARSE_ARGS');
    console.error(error instanceof ConfigError ? error.faults.join('\n') : error.message);
    if (isUsage) console.error(`\n${usage()}`);
    process.exit(isUsage ? 2 : 1);
  },
);
