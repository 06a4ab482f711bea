import { parseArgs } from 'node:util';
import { readConfig } from '../src/config';
import { removeDemo } from '../src/demo/remove-demo';
import { requireReachable } from '../src/platform/reachable';
import { startServices } from '../src/local-services/services';
import { UsageError } from './usage-error';

export const DEMO_USAGE = 'demo remove [--json]';

/** Runs `demo remove`: deletes the demo shop, regardless of NAMESPACE. @throws Error while the demo shop runs */
export async function runDemo(argv: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  if (positionals.length !== 1 || positionals[0] !== 'remove')
    throw new UsageError('the only demo command is: demo remove');
  const config = await requireReachable(readConfig());
  const services = await startServices(config, { onProgress: (line) => console.error(line) });
  try {
    const removed = await removeDemo(services);
    if (values.json) console.log(JSON.stringify({ removed: removed !== null, tables: 0, keys: 0, ...removed }));
    else if (removed === null) console.log('There is no demo shop.');
    else console.log(`Removed the demo shop: ${removed.tables} tables in PostgreSQL, ${removed.keys} keys in Redis.`);
  } finally {
    await services.stop();
  }
}
