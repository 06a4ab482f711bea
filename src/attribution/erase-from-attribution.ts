import { orderIdsIn } from '../events/log-event';
import type { PoolClient } from '../platform/postgres';
import { readUsedSettings } from './attribution-progress.store';
import {
  anonymiseLines,
  readVisitPlacements,
  readVisits,
  storeVisitPlacements,
  storeVisits,
} from './attribution.store';
import { ALL_TIME, markMergedFrom, readOrderOwners, removeMarks } from './outdated-visitor.store';
import { recompute } from './recompute.service';

/** Maximum number of visitors that are computed at a time. */
const MAX_VISITORS = 200;
/** For a shop whose figures have not been computed yet: the defaults of `TIME_ZONE` and `ATTRIBUTION_DAYS`. */
const DEFAULT_SETTINGS = { timeZone: 'UTC', windowDays: 7 };

/**
 * Removes erased people from the figures: their visits go, and their order lines keep what earned them, without query
 * and request id. Call it while the log still contains their events, with the lock on attribution: their lines are
 * computed a last time.
 * @param subjects customers and sessions, and their orders
 */
export async function eraseFromAttribution(client: PoolClient, subjects: readonly string[]): Promise<void> {
  const settings = (await readUsedSettings(client)) ?? DEFAULT_SETTINGS;
  const orderIds = orderIdsIn(subjects);
  const people = subjects.filter((name) => /^[cs]:/.test(name));
  const owners = [...new Set([...people, ...(await readOrderOwners(client, orderIds))])];
  for (let at = 0; at < owners.length; at += MAX_VISITORS) {
    const page = owners.slice(at, at + MAX_VISITORS).map((subject) => ({ subject, ...ALL_TIME }));
    await recompute(client, page, settings);
  }
  const erased = people.map((subject) => ({ subject, ...ALL_TIME }));
  await storeVisits(client, { removed: await readVisits(client, erased, settings), added: [] });
  await storeVisitPlacements(client, { removed: await readVisitPlacements(client, erased, settings), added: [] });
  await anonymiseLines(client, orderIds);
  await removeMarks(client, people);
  // What they did before a merge was part of the visits of others, who stay.
  await markMergedFrom(client, people);
}
