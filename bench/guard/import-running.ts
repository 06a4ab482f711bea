import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { newestPosition } from '../../src/events/position.store';
import { JobStore } from '../../src/models/job.store';
import { kindsOf } from '../../src/models/fitter';
import { SHOP } from '../../src/shop';
import type { Door } from '../create-streams';
import { hasShopCaughtUp, haveProfilesCaughtUp, until } from '../large-catch-up';
import { take, writeLines } from '../large-import';
import { eventLines } from '../large-shop';
import { keepAliveAgent } from '../post';
import { refreshThroughApi } from '../refresh-through-api';
import { benchShop, type BenchShop } from '../shop';
import { withoutRefreshes, withRefreshes } from '../without-refreshes';
import type { GuardRow } from './guard-row';
import { ReferenceBeside } from './reference-beside';

const FIRST_LINES = 100_000;
const LINES = 200_000;
const SIZE = { customers: 30_000, products: 5_000, events: FIRST_LINES + LINES, files: 2 };

/**
 * Measures an import into a running shop with profiles, while automatic refreshes of all models are due and requested.
 * @throws Error if they do not wait until the import has paused
 */
export async function measureRunningImport(): Promise<GuardRow[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'freshet-guard-'));
  const reference = await ReferenceBeside.start();
  const shop = await benchShop();
  try {
    const file = path.join(folder, 'events.jsonl');
    const lines = eventLines(SIZE, 1, Math.floor(Date.now() / 86_400_000) * 86_400_000);
    const importLines = async (count: number) => {
      await writeLines(file, take(lines, count));
      return shop.stageCpuOf(async () => {
        await shop.command(['import', 'events', file, '--json']);
        await until(() => hasShopCaughtUp(shop.platform.pool));
      });
    };
    await withoutRefreshes(shop);
    const door = await shop.open();
    await importLines(FIRST_LINES);
    await computeProfiles(shop, door);
    const ratio = await reference.unitsPerPass(async () => {
      const [{ command, worker, PostgreSQL }] = await Promise.all([
        importLines(LINES),
        requestRefreshes(shop, await newestPosition(shop.platform.pool)),
      ]);
      await checkRefreshesWaited(shop);
      return (1_000 * (command + worker + PostgreSQL)) / LINES;
    });
    const what = `one line of \`import events\` of ${LINES} into a running shop with profiles, learned: CPU time of the command, worker and PostgreSQL`;
    return [{ name: 'import-running', what, ratio }];
  } finally {
    reference.stop();
    await shop.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Lets refreshes be due when the import has begun, and requests them, as a worker does within fifteen seconds. */
async function requestRefreshes(shop: BenchShop, before: number): Promise<void> {
  const { pool, pubSub, queues } = shop.platform;
  await until(async () => {
    const { rows } = await pool.query('SELECT FROM log_batches WHERE backfill AND position > $1 LIMIT 1', [before]);
    return rows.length > 0;
  });
  await withRefreshes(shop);
  for (const kind of kindsOf(SHOP).toReversed()) {
    const { id } = await new JobStore(pool, pubSub).request(kind, 'EVENTS');
    queues.enqueue('refresh', { jobId: id }, id);
  }
}

/**
 * On a slow machine, the shop may catch up so late after the last batch of the import that refreshes rightly begin.
 * @throws Error if a requested refresh began before that batch
 */
async function checkRefreshesWaited({ platform: { pool } }: BenchShop): Promise<void> {
  const { rows } = await pool.query<{ model: string }>(
    `SELECT model FROM jobs
     WHERE reason = 'EVENTS' AND started_at < (SELECT max(committed_at) FROM log_batches WHERE backfill)`,
  );
  if (rows.length > 0) throw new Error(`refreshed during the import: ${rows.map(({ model }) => model).join(', ')}`);
}

/** Fits SEGMENTS, and waits for the profiles of all customers. VALUE would need more days of purchases. */
async function computeProfiles({ platform: { pool } }: BenchShop, door: Door): Promise<void> {
  const agent = keepAliveAgent(1);
  await refreshThroughApi(door, agent, 'SEGMENTS');
  agent.destroy();
  const { rows } = await pool.query(`SELECT FROM active_models WHERE kind = 'segments' AND artefact_id IS NOT NULL`);
  if (rows.length === 0) throw new Error('no segments are active');
  await until(() => haveProfilesCaughtUp(pool));
}
