import { COMPUTED, eraseByPositions, impersonal, OF_THE_SHOP, type Tables } from '../rooms/tables';
import { eraseFromAlerts } from './alerts/alert.store';

export const tables: Tables = {
  alerts: {
    erase: eraseByPositions(eraseFromAlerts),
    export: COMPUTED,
    growth: {
      bound: '1,000 keys of a rule at a time, and only by events that meet its condition',
      retention: '90 days after they are resolved',
    },
  },
  alert_transitions: {
    erase: 'with its alert',
    export: COMPUTED,
    growth: { bound: '4 rows for each alert', retention: 'with the alert' },
  },
  alert_rules: OF_THE_SHOP, // defined by admins
  process_slices: impersonal('a row for each process and 2 seconds', '10 minutes'),
  system_samples: impersonal('a row every 10 seconds', 'one hour'),
};
