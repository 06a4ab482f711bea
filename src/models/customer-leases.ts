/** The lease of the worker that computes the profiles of customers with the active versions. */
export const PROFILES_LEASE = 'customer-profiles';
/** The lease of the worker that maintains the members of audiences. */
export const AUDIENCES_LEASE = 'audiences';
