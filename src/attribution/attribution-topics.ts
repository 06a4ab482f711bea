/** The lease of the worker that attributes orders. */
export const ATTRIBUTION_LEASE = 'attribution';
/** Pub/sub topic on which that worker announces that figures of the business report have changed. */
export const BUSINESS_TOPIC = 'business';
