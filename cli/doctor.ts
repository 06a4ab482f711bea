import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Config, readConfig } from '../src/config';
import { chooseOpenShop, unexaminedShop } from '../src/demo/choose-shop';
import { examineShop } from '../src/monitoring/doctor';
import { checkFolder, checkNode, checkPostgres, checkRedis, type CheckResult } from '../src/platform/checks';
import { findPostgresFault } from '../src/platform/reachable';
import { connectPlatform } from '../src/platform/connect';
import { SHOP } from '../src/shop';
import { startServices } from '../src/local-services/services';
import { formatCount } from './format-count';
import { UsageError } from './usage-error';
import { shopSettings } from './with-shop';

export const DOCTOR_USAGE = 'doctor [--json]';

const STATE_SYMBOLS = { ok: '✓', warning: '!', fault: '✗' } as const;

/** Runs `doctor`: checks everything that a shop depends on and prints advice. @throws Error if a check finds a fault */
export async function runDoctor(argv: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  if (positionals.length > 0) throw new UsageError('doctor takes no arguments');
  const findings: CheckResult[] = [];
  const config = readConfig();
  let shop = config.namespace;
  for await (const finding of examine(config, (namespace) => (shop = namespace))) {
    findings.push(finding);
    if (!values.json) print(finding);
  }
  const count = (state: CheckResult['state']) => findings.filter((finding) => finding.state === state).length;
  if (values.json) console.log(JSON.stringify({ shop, healthy: count('fault') === 0, findings }));
  else console.log(`${formatCount(count('fault'), 'fault')}, ${formatCount(count('warning'), 'warning')}`);
  if (count('fault') > 0) throw new Error('The doctor found faults: follow the advice of each one.');
}

async function* examine(config: Config, onShop: (namespace: string) => void): AsyncGenerator<CheckResult> {
  const { engines } = JSON.parse(readFileSync(path.resolve(__dirname, '../../package.json'), 'utf8')) as {
    engines: { node: string };
  };
  yield checkNode(engines.node);
  const isPrivate = !config.databaseUrl || !config.redisUrl;
  if (isPrivate) {
    const folder = checkFolder(config.dataDir);
    yield folder;
    if (folder.state === 'fault') return;
  }
  const services = await startServices(config, { onProgress: (line) => console.error(line) });
  try {
    const { databaseUrl, redisUrl } = services;
    const redis = await checkRedis(redisUrl);
    const isReachable = !redis.some(isFault) && (await findPostgresFault(databaseUrl)) === undefined;
    const { namespace, sentence } = isReachable
      ? await chooseOpenShop(shopSettings(config), services)
      : unexaminedShop(config.namespace);
    console.error(sentence);
    onShop(namespace);
    const database = await checkPostgres(databaseUrl, namespace, config.databaseConnections);
    yield* database;
    yield* redis;
    // Without PostgreSQL, or with tables of another release, the shop's data can't be examined.
    if (
      database.some(({ check, state }) =>
        check === 'PostgreSQL' ? state === 'fault' : check === 'tables' && state !== 'ok',
      )
    )
      return;
    const platform = connectPlatform({ ...config, databaseUrl, redisUrl, namespace, logLevel: 'silent' }, 'doctor');
    try {
      yield* examineShop(platform, SHOP);
    } finally {
      await platform.close();
    }
  } finally {
    await services.stop();
  }
}

const isFault = ({ state }: CheckResult) => state === 'fault';

function print({ check, state, found, advice }: CheckResult): void {
  console.log(`${STATE_SYMBOLS[state]} ${check}: ${found}`);
  if (advice) console.log(`    ${advice}`);
}
