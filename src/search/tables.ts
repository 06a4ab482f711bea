import { rowsOfPerson } from '../rooms/personal-rows.store';
import { eraseBeforeLog, impersonal, OF_THE_SHOP, perItem, type Tables } from '../rooms/tables';
import { eraseFromQueryLog } from './query-log/query-log.store';

const SEARCHES_DAYS = '`SEARCHES_DAYS`';

export const tables: Tables = {
  searches: {
    erase: eraseBeforeLog(eraseFromQueryLog),
    export: rowsOfPerson('subjects', 'searches', 'owner = ANY($1)', ['request_id'], 'occurred_at'),
    growth: { bound: perItem(1, 'SEARCHES'), retention: SEARCHES_DAYS },
  },
  search_reactions: {
    erase: 'with its search',
    export: 'none: copies of events',
    growth: { bound: perItem(1, 'EVENTS'), retention: SEARCHES_DAYS },
  },
  search_days: impersonal('a row', SEARCHES_DAYS),
  position_days: impersonal('21 rows', SEARCHES_DAYS),
  query_days: {
    erase: 'with its search',
    export: 'none: counts over all customers',
    growth: { bound: perItem(1, 'SEARCHES'), retention: SEARCHES_DAYS },
  },
  query_spellings: {
    erase: 'with its search',
    export: 'none: counts over all customers',
    growth: { bound: perItem(1, 'SEARCHES'), retention: SEARCHES_DAYS },
  },
  past_queries: {
    erase: 'with its search',
    export: 'none: counts over all customers',
    growth: { bound: perItem(1, 'SEARCHES'), retention: SEARCHES_DAYS },
  },
  search_progress: impersonal('one row', 'it is updated'),
  synonyms: OF_THE_SHOP,
  dismissed_synonyms: OF_THE_SHOP, // entered by admins, from queries of several customers
  hidden_suggestions: OF_THE_SHOP, // entered by admins; without them, hidden queries could be suggested again
  merchandising_rules: OF_THE_SHOP,
};
