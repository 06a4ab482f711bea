import { kindsOf } from '../src/models/fitter';
import { SHOP } from '../src/shop';
import { refreshLeaseName } from '../src/models/run-refresh';
import { measureBacklog } from '../src/monitoring/backlog.store';
import type { Pool } from '../src/platform/postgres';
import { measureLists, type Load } from './large-load';
import { row } from './large-watch';
import type { BenchRow } from './row';
import type { BenchShop } from './shop';

const POLL_MS = 100;
/** Fits wait after one another, and rest after the fits during the import. */
const MAX_WAIT_MS = 3_600_000;
/** A refresh is due if this many events are new, and this share of all events. */
const DUE = { events: 500, share: 0.05 };
/** The models of intents and ads are fitted to examples and impressions, of which the bench has none. */
const FITTED_FROM_EVENTS = kindsOf(SHOP).filter((kind) => kind !== 'intents' && kind !== 'ads');
const WARM_UP_LISTS = 200;
const MAX_LISTS = 20_000;
const IDLE_LISTS = 1_000;

/**
 * Waits after an import until the shop, the models and the profiles have caught up, and measures lists while all
 * profiles are computed again.
 * @param storedAt when the last line was stored, in milliseconds since 1970
 * @param nextCustomer returns a customer who has made no request before
 */
export async function catchUpRows(
  { platform: { pool } }: BenchShop,
  door: Pick<Load, 'port' | 'adminKey'>,
  storedAt: number,
  nextCustomer: () => string,
): Promise<BenchRow[]> {
  const secondsSince = () => (Date.now() - storedAt) / 1_000;
  await until(() => hasShopCaughtUp(pool));
  const shop = secondsSince();
  const lists = (name: string, requests: number, isOver?: () => boolean) =>
    measureLists(name, { ...door, connections: 1, requests, isOver }, nextCustomer);
  await lists('', WARM_UP_LISTS);
  let swept: BenchRow | undefined;
  let profiles = shop;
  await until(async () => {
    if (swept === undefined && (await isSweeping(pool)))
      swept = await duringSweep(pool, (isOver) => lists('lists while profiles are swept', MAX_LISTS, isOver));
    const haveCaughtUp = await haveProfilesCaughtUp(pool);
    if (!haveCaughtUp) profiles = secondsSince();
    return haveCaughtUp && (await areModelsFitted(pool));
  });
  const rows = [
    row('from the last line stored until the shop has caught up', shop, 's'),
    row('from the last line stored until profiles have caught up', profiles, 's'),
    row('from the last line stored until all models are fitted', secondsSince(), 's'),
  ];
  if (swept?.p99 === undefined) return rows;
  const idle = await lists('lists after the sweep, idle', IDLE_LISTS);
  const ratio = swept.p99 / (idle.p99 ?? NaN);
  return [...rows, swept, idle, row('lists while profiles are swept: p99 divided by that of idle', ratio, 'times')];
}

/** Returns whether everything has caught up but profiles and attribution, which wait until an import has paused. */
export async function hasShopCaughtUp(pool: Pool): Promise<boolean> {
  const { parts } = await measureBacklog(pool, SHOP);
  const afterImports = { profiles: 0, outdatedProfiles: 0, profileSweep: 0, attribution: 0, outdatedVisitors: 0 };
  return Object.values({ ...parts, ...afterImports }).every((left) => left === 0);
}

/** Returns whether all profiles contain the whole log and were computed with the active versions of the models. */
export async function haveProfilesCaughtUp(pool: Pool): Promise<boolean> {
  const { profiles, outdatedProfiles, profileSweep } = (await measureBacklog(pool, SHOP)).parts;
  return profiles + outdatedProfiles + profileSweep === 0;
}

/** Polls until `isReached` returns true. @throws Error after an hour */
export async function until(isReached: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + MAX_WAIT_MS;
  while (!(await isReached())) {
    if (performance.now() > end) throw new Error('the shop has not caught up within an hour');
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function isSweeping(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query('SELECT FROM profile_sweep WHERE cursor IS NOT NULL');
  return rows.length > 0;
}

async function duringSweep(pool: Pool, measure: (isOver: () => boolean) => Promise<BenchRow>): Promise<BenchRow> {
  let isOver = false;
  const over = until(async () => !(await isSweeping(pool))).finally(() => (isOver = true));
  const [measured] = await Promise.all([measure(() => isOver), over]);
  return measured;
}

/** Returns whether no refresh is running or due. One that is due may have to wait, because of an import or the last one. */
async function areModelsFitted(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query<{ fitted: boolean }>(
    `SELECT NOT EXISTS (SELECT FROM jobs WHERE ended_at IS NULL) AND NOT EXISTS (
       SELECT FROM unnest($1::text[]) AS lease
       CROSS JOIN LATERAL (SELECT coalesce(max(position), 0) AS read FROM leases WHERE name = lease) fit
       CROSS JOIN LATERAL (
         SELECT sum(events) AS all_events, sum(events) FILTER (WHERE position > read) AS new_events FROM log_batches
       ) log WHERE new_events >= $2 AND new_events >= $3::float8 * all_events
     ) AS fitted`,
    [FITTED_FROM_EVENTS.map(refreshLeaseName), DUE.events, DUE.share],
  );
  return rows[0].fitted;
}
