import type { ProfileValues } from '../../catalog/product-conditions.service';
import { NEW } from '../segments/assign-segment';
import type { ProfileRow } from './profile.store';

/**
 * Returns what expressions read of a customer's profile.
 * @param profile null for a customer without a profile.
 * @param isNew whether the customer is in the segment NEW
 */
export function profileValuesOf(
  profile: Omit<ProfileRow, 'customerId' | 'isNew'> | null,
  isNew: boolean,
): ProfileValues {
  if (isNew) return { segment: NEW };
  return {
    segment: profile?.segmentId ?? undefined,
    expectedAmount: profile?.expectedAmount ?? undefined,
    purchaseProbability: profile?.purchaseProbability ?? undefined,
    churnProbability: profile?.churnProbability ?? undefined,
  };
}
