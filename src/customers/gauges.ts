import { measureFollower } from '../events/follower.store';
import { populationStabilityIndex } from '../learn/population-stability-index';
import { PROFILES_LEASE } from '../models/customer-leases';
import type { ShopGaugeGroup } from '../monitoring/shop-gauges';
import { countProfiles, readAudienceSizes, readSweepAge } from './gauges.store';

/** Interval between counts of the profiles. */
const SIZE_MS = 60_000;

export const gauges = (): readonly ShopGaugeGroup[] => [
  {
    gauges: {
      customer_profiles: { help: `Profiles of customers, counted every ${SIZE_MS / 1_000} s` },
      segment_customers: { help: `Customers by segment, counted every ${SIZE_MS / 1_000} s`, labels: ['segment'] },
      segment_stability_index: {
        help: 'Population stability index of the segments since the fit of the active version',
      },
    },
    measure: profileCounts(),
  },
  {
    gauges: { audience_customers: { help: 'Customers in each audience', labels: ['audience'] } },
    async measure(set, { pool }) {
      for (const { audience, size } of await readAudienceSizes(pool)) set('audience_customers', size, { audience });
    },
  },
  {
    gauges: {
      customer_profiles_sweep_age_seconds: { help: 'How long ago the newest computation of all profiles began' },
      customer_profiles_waiting_positions: { help: 'Log positions that the profiles of customers do not contain yet' },
    },
    async measure(set, { pool }) {
      const age = await readSweepAge(pool);
      if (age === undefined) return;
      set('customer_profiles_sweep_age_seconds', age);
      const { position, newest } = await measureFollower(pool, PROFILES_LEASE);
      set('customer_profiles_waiting_positions', newest - position);
    },
  },
];

function profileCounts(): ShopGaugeGroup['measure'] {
  let measuredAt = -Infinity;
  let counts: Awaited<ReturnType<typeof countProfiles>> = [];
  return async (set, { pool, versions }) => {
    if (performance.now() - measuredAt > SIZE_MS) {
      counts = await countProfiles(pool);
      measuredAt = performance.now();
    }
    set(
      'customer_profiles',
      counts.reduce((sum, { profiles }) => sum + profiles, 0),
    );
    for (const { segment, profiles } of counts) if (segment !== null) set('segment_customers', profiles, { segment });
    const fitted = Object.entries((await versions.active('segments'))?.parameters['sizes'] ?? {}) as [string, number][];
    const profilesOf = (id: string) => counts.find(({ segment }) => segment === id)?.profiles ?? 0;
    const index = populationStabilityIndex(
      fitted.map(([, size]) => size),
      fitted.map(([id]) => profilesOf(id)),
    );
    if (index !== null) set('segment_stability_index', index);
  };
}
