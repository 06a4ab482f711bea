import { ConfigError } from '../src/config';
import { UsageError } from './usage-error';

interface Command {
  readonly run: (argv: readonly string[]) => Promise<void>;
  readonly usage: string;
}

/** Only the modules of the command that runs are loaded: those of all commands take longer than most commands. */
const COMMANDS = new Map<string, () => Promise<Command>>([
  ['import', () => import('./import.js').then(({ runImport: run, IMPORT_USAGE: usage }) => ({ run, usage }))],
  ['evaluate', () => import('./evaluate.js').then(({ runEvaluate: run, EVALUATE_USAGE: usage }) => ({ run, usage }))],
  [
    'evaluate-ads',
    () => import('./evaluate-ads.js').then(({ runEvaluateAds: run, EVALUATE_ADS_USAGE: usage }) => ({ run, usage })),
  ],
  [
    'evaluate-answers',
    () =>
      import('./evaluate-answers.js').then(({ runEvaluateAnswers: run, EVALUATE_ANSWERS_USAGE: usage }) => ({
        run,
        usage,
      })),
  ],
  [
    'evaluate-classifiers',
    () =>
      import('./evaluate-classifiers.js').then(
        ({ runEvaluateClassifiers: run, EVALUATE_CLASSIFIERS_USAGE: usage }) => ({ run, usage }),
      ),
  ],
  [
    'evaluate-customers',
    () =>
      import('./evaluate-customers.js').then(({ runEvaluateCustomers: run, EVALUATE_CUSTOMERS_USAGE: usage }) => ({
        run,
        usage,
      })),
  ],
  [
    'evaluate-deliveries',
    () =>
      import('./evaluate-deliveries.js').then(({ runEvaluateDeliveries: run, EVALUATE_DELIVERIES_USAGE: usage }) => ({
        run,
        usage,
      })),
  ],
  [
    'evaluate-intents',
    () =>
      import('./evaluate-intents.js').then(({ runEvaluateIntents: run, EVALUATE_INTENTS_USAGE: usage }) => ({
        run,
        usage,
      })),
  ],
  [
    'evaluate-search',
    () =>
      import('./evaluate-search.js').then(({ runEvaluateSearch: run, EVALUATE_SEARCH_USAGE: usage }) => ({
        run,
        usage,
      })),
  ],
  ['export', () => import('./export.js').then(({ runExport: run, EXPORT_USAGE: usage }) => ({ run, usage }))],
  ['forecast', () => import('./forecast.js').then(({ runForecast: run, FORECAST_USAGE: usage }) => ({ run, usage }))],
  ['key', () => import('./key.js').then(({ runKey: run, KEY_USAGE: usage }) => ({ run, usage }))],
  ['rebuild', () => import('./rebuild.js').then(({ runRebuild: run, REBUILD_USAGE: usage }) => ({ run, usage }))],
  ['replay', () => import('./replay.js').then(({ runReplay: run, REPLAY_USAGE: usage }) => ({ run, usage }))],
  ['migrate', () => import('./migrate.js').then(({ runMigrate: run, MIGRATE_USAGE: usage }) => ({ run, usage }))],
  ['demo', () => import('./demo.js').then(({ runDemo: run, DEMO_USAGE: usage }) => ({ run, usage }))],
  ['doctor', () => import('./doctor.js').then(({ runDoctor: run, DOCTOR_USAGE: usage }) => ({ run, usage }))],
]);

/**
 * Runs a command. Results go to standard output, everything else to standard error.
 * @param args the command's name and its arguments
 * @returns the exit code: 0, 1 if it failed, or 2 if the arguments are wrong
 */
export async function runCommandLine([name, ...argv]: readonly string[]): Promise<number> {
  const load = name === undefined ? undefined : COMMANDS.get(name);
  try {
    if (name === 'help' || name === '--help' || argv.includes('--help')) console.log(await usage(load));
    else if (!load) throw new UsageError(name === undefined ? 'a command is required' : `there is no command ${name}`);
    else await (await load()).run(argv);
    return 0;
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    const isUsage = error instanceof UsageError || code?.startsWith('ERR_PARSE_ARGS');
    console.error(error instanceof ConfigError ? error.faults.join('\n') : message);
    if (isUsage) console.error(`\n${await usage(load)}`);
    return isUsage ? 2 : 1;
  }
}

/** Returns the usage of a command, or of all commands. */
async function usage(load?: () => Promise<Command>): Promise<string> {
  const commands = await Promise.all((load ? [load] : [...COMMANDS.values()]).map((each) => each()));
  return `Usage:\n${commands.map((each) => `  npm run -s freshet -- ${each.usage}\n`).join('')}`;
}
