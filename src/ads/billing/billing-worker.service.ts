import { LeasedFollower } from '../../events/leased-follower.service';
import type { Logger } from '../../platform/log';
import type { Pool } from '../../platform/postgres';
import type { RedisPubSub } from '../../platform/pubsub';
import { AD_BILLING_LEASE, AD_SPEND_TOPIC, type AdSpendMessage } from './ad-topics';
import { Billing } from './billing.service';

/** Charges ads in the worker that holds the lease. */
export class BillingWorker extends LeasedFollower {
  constructor(options: { readonly pool: Pool; readonly pubSub: RedisPubSub; readonly log: Logger }) {
    const billing = new Billing(options.pool);
    super({
      ...options,
      lease: AD_BILLING_LEASE,
      failure: 'ads not charged; retrying',
      advance: async () => {
        const step = await billing.advance();
        const campaignIds = step?.campaignIds ?? [];
        if (campaignIds.length > 0) options.pubSub.publish(AD_SPEND_TOPIC, { campaignIds } satisfies AdSpendMessage);
        return step;
      },
    });
  }
}
