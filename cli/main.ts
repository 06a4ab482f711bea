/** `npm run -s freshet -- COMMAND`: the commands. Answers go to standard output, everything else to standard error. */
import 'reflect-metadata';
import { ConfigError } from '../src/config';
import { evaluate } from './evaluate';
import { runImport, USAGE as IMPORT } from './import';
import { runKey, USAGE as KEY } from './key';
import { UsageError } from './usage-error';

const EVALUATE = 'evaluate FILE [--format online-retail|jsonl] [--from DATE --to DATE] [--seed N] [--json]';
const USAGE = `Usage:\n${[IMPORT, EVALUATE, KEY].map((line) => `  npm run -s freshet -- ${line}\n`).join('')}`;

async function main([command, ...argv]: readonly string[]): Promise<number> {
  switch (command) {
    case 'import':
      await runImport(argv);
      return 0;
    case 'evaluate':
      return evaluate(argv);
    case 'key':
      await runKey(argv);
      return 0;
    case 'help':
    case '--help':
      console.log(USAGE);
      return 0;
    default:
      throw new UsageError(command === undefined ? 'which command?' : `there is no command ${command}`);
  }
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: Error & { code?: string }) => {
    const usage = error instanceof UsageError || error.code?.startsWith('ERR_PARSE_ARGS');
    if (error instanceof ConfigError) console.error(error.faults.join('\n'));
    else console.error(error.message);
    if (usage) console.error(`\n${USAGE}`);
    process.exit(usage ? 2 : 1);
  },
);
