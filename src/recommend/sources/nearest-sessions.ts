import { NearestSessions } from '../../learn/nearest-sessions';
import { perSessionTable } from './per-session-table';
import { recentInterests } from './recent-interests';
import type { Source } from './source';

const scorerOf = perSessionTable((table) => new NearestSessions(table));

/** Products of the other subjects' sessions that are most similar to the customer's newest products: {@link NearestSessions}. */
export const nearestSessions: Source = {
  names: ['nearest-sessions'],
  score(shop, profile, [out], { usesSessions }) {
    if (!usesSessions) return;
    const { table } = shop.sessions;
    const { query, subject } = recentInterests(profile, table);
    scorerOf(table).score(query, subject, (product, score) => out.add(product, score));
  },
};
