import { ITEM_TRANSITIONS, ItemTransitions } from '../../learn/item-transitions';
import { recentInterests } from './recent-interests';
import type { Source } from './source';

/** Fewer sessions than in the evaluation of transitions alone, because a list has to be computed within milliseconds. */
const SETTINGS = { ...ITEM_TRANSITIONS, newest: 100 };

/** What customers and visits did after events with the customer's newest interests: see {@link ItemTransitions}. */
export const transitions: Source = {
  names: ['transitions'],
  score(shop, profile, [out]) {
    const { table } = shop.sessions;
    const scorer = new ItemTransitions(table, SETTINGS);
    scorer.score(recentInterests(profile, table), -1, (product, score) => out.add(product, score));
  },
};
