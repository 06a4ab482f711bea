import { ITEM_TRANSITIONS, ItemTransitions } from '../../learn/item-transitions';
import { perSessionTable } from './per-session-table';
import { recentInterests } from './recent-interests';
import type { Source } from './source';

/** Fewer sessions than in the evaluation of transitions alone, because a list has to be computed within milliseconds. */
const SETTINGS = { ...ITEM_TRANSITIONS, newest: 100 };
const scorerOf = perSessionTable((table) => new ItemTransitions(table, SETTINGS));

/** What customers and visits did after events with the customer's newest products: see {@link ItemTransitions}. */
export const transitions: Source = {
  names: ['transitions'],
  score(shop, profile, [out], { usesSessions }) {
    if (!usesSessions) return;
    const { table } = shop.sessions;
    const { query, subject } = recentInterests(profile, table);
    scorerOf(table).score(query, subject, (product, score) => out.add(product, score));
  },
};
