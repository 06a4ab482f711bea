import { positionsLeft } from '../platform/backlog-sql';

export const backlog = {
  /** Log positions whose ads have not been charged yet. */
  adBilling: positionsLeft('SELECT position FROM ad_billing_progress WHERE id = 1'),
};
