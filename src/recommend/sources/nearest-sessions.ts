import { NearestSessions } from '../../learn/nearest-sessions';
import type { SessionTable } from '../../learn/session-table';
import { recentInterests } from './recent-interests';
import type { Source } from './source';

/** The scratch memory of each shop's sessions. */
const scorers = new WeakMap<SessionTable, NearestSessions>();

/**
 * Products of the past sessions that are most similar to the customer's newest interests: see {@link NearestSessions}.
 * A replica does not know which sessions are the customer's own, so these can be neighbours, too.
 */
export const nearestSessions: Source = {
  names: ['nearest-sessions'],
  score(shop, profile, [out]) {
    const { table } = shop.sessions;
    let scorer = scorers.get(table);
    if (scorer === undefined) scorers.set(table, (scorer = new NearestSessions(table)));
    scorer.score(recentInterests(profile, table), -1, (product, score) => out.add(product, score));
  },
};
