/** The lease of the worker that computes the profiles of customers with the active versions. */
export const PROFILES_LEASE = 'customer-profiles';
