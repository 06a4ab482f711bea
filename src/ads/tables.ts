import { personalRows } from '../rooms/personal-rows.store';
import { eraseTogether, impersonal, OF_THE_SHOP, perItem, type Tables } from '../rooms/tables';
import { eraseFromAds } from './billing/billing.store';
import { eraseAdDecisions } from './decision/ad-decision.store';

const OF_CAMPAIGNS = 'what campaigns define: line items × products × placements';

export const tables: Tables = {
  ad_ledger: {
    erase: eraseTogether(eraseFromAds),
    export: 'none: what advertisers pay for impressions and clicks, which are in the events',
    growth: {
      bound: perItem(1, 'EVENTS'),
      retention: 'for ever, because it is the bill; without the person once erased',
    },
  },
  ad_decisions: {
    erase: eraseTogether(eraseAdDecisions),
    // Without the bids of the advertisers.
    export: personalRows({
      sql: `SELECT id, decided_at, placement, record->>'query' AS query FROM ad_decisions WHERE subject = ANY($1::text[])`,
      values: ({ subjects }) => [subjects],
      id: ['id'],
      time: 'decided_at',
    }),
    growth: { bound: perItem(1, 'AD_DECISIONS'), retention: '`AD_DECISION_DAYS`' },
  },
  ad_days: impersonal(OF_CAMPAIGNS, 'for ever, as the ledger'),
  ad_spend: impersonal('a row for each campaign', 'for ever, as the ledger'),
  ad_auction_days: impersonal(OF_CAMPAIGNS, 'for ever: reports show it'),
  ad_objects: OF_THE_SHOP,
  ad_changes: OF_THE_SHOP, // changes by admins
};
