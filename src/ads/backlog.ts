import { followerPosition } from '../events/follower.store';
import { positionsLeft } from '../platform/backlog-sql';
import { AD_BILLING_LEASE } from './billing/ad-topics';

export const backlog = {
  /** Log positions whose ads have not been charged yet. */
  adBilling: positionsLeft(followerPosition(AD_BILLING_LEASE)),
};
