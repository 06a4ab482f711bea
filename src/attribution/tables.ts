import { rowsOfPerson } from '../rooms/personal-rows.store';
import {
  COMPUTED,
  eraseBeforeLog,
  impersonal,
  OF_THE_SHOP,
  PER_ACCEPTED,
  PER_LOGGED,
  WITH_THE_LOG,
  type Tables,
} from '../rooms/tables';
import { eraseFromAttribution } from './erase-from-attribution';
import { renameOrders } from './attribution.store';

export const tables: Tables = {
  visits: {
    erase: eraseBeforeLog(eraseFromAttribution),
    export: rowsOfPerson('subjects', 'visits', 'subject = ANY($1)', ['subject', 'day']),
    growth: { bound: PER_LOGGED, retention: WITH_THE_LOG },
  },
  visit_placements: {
    erase: 'with its visit',
    export: 'none: counts of events',
    growth: { bound: PER_ACCEPTED, retention: WITH_THE_LOG },
  },
  outdated_visitors: {
    erase: 'with its visit',
    export: 'none: visitors whose figures are being computed',
    growth: { bound: PER_LOGGED, retention: 'until it is computed, within seconds' },
  },
  attributed_lines: {
    erase: { phase: 'AFTER_LOG', run: (client, { renamedOrders }) => renameOrders(client, renamedOrders) },
    export: COMPUTED,
    growth: 'not grown',
  },
  attribution_progress: impersonal('one row', 'it is updated'),
  visit_days: impersonal('a row', 'as long as the log'),
  business_days: OF_THE_SHOP,
  placement_days: impersonal(PER_ACCEPTED, 'as long as the log'),
  placement_revenue: OF_THE_SHOP,
};
