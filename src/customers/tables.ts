import { personalRows, rowsOfPerson } from '../rooms/personal-rows.store';
import { eraseTogether, OF_THE_SHOP, type Tables } from '../rooms/tables';
import { eraseFromAudiences } from './audiences/audience.store';
import { eraseFromCustomers } from './customer.store';
import { eraseFromProfiles } from './profiles/profile.store';

export const tables: Tables = {
  customers: {
    erase: eraseTogether(eraseFromCustomers),
    export: rowsOfPerson('customerIds', 'customers', 'id = ANY($1)', ['id']),
    growth: { bound: 'a row for each customer for whom the shop has issued a token', retention: 'until erased' },
  },
  customer_versions: {
    erase: 'with its customer',
    export: rowsOfPerson('customerIds', 'customer_versions', 'id = ANY($1)', ['id', 'position']),
    growth: 'not grown',
  },
  customer_profiles: {
    erase: eraseTogether(eraseFromProfiles),
    export: rowsOfPerson('customerIds', 'customer_profiles', 'customer_id = ANY($1)', ['customer_id']),
    growth: 'not grown',
  },
  profile_changes: {
    erase: 'with its customer',
    export: rowsOfPerson(
      'customerIds',
      'profile_changes',
      'customer_id = ANY($1)',
      ['customer_id', 'position'],
      'changed_at',
    ),
    growth: 'not grown',
  },
  outdated_profiles: {
    erase: 'with its customer',
    export: 'none: customers whose profile is about to be computed',
    growth: 'not grown',
  },
  profile_sweep: {
    erase: 'with its customer',
    export: 'none: the last customer whose profile was computed',
    growth: 'not grown',
  },
  // After `customer_profiles`, whose removal adds its customers to `audience_changes`.
  audiences: {
    erase: eraseTogether(eraseFromAudiences),
    export: 'none: defined by admins, see audience_members',
    growth: 'not grown',
  },
  audience_members: {
    erase: 'with its customer',
    export: personalRows({
      sql: `SELECT a.id AS audience_id, a.name AS audience, customer_id FROM audience_members JOIN audiences a USING (definition)
            WHERE customer_id = ANY($1::text[])`,
      values: ({ customerIds }) => [customerIds],
      id: ['audience_id', 'customer_id'],
    }),
    growth: { bound: 'a row for each new customer and audience', retention: 'as long as the condition holds' },
  },
  audience_changes: {
    erase: 'with its customer',
    export: 'none: ids of customers whose audiences are being computed',
    growth: { bound: 'a row for each new customer', retention: 'until it is applied, within seconds' },
  },
  segment_names: OF_THE_SHOP,
  segment_periods: OF_THE_SHOP,
};
