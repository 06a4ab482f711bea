/** The lease of the worker that charges ads. */
export const AD_BILLING_LEASE = 'ad-billing';
/** Pub/sub topic on which that worker announces the campaigns whose spend has changed. */
export const AD_SPEND_TOPIC = 'ad-spend';

export interface AdSpendMessage {
  readonly campaignIds: readonly string[];
}
