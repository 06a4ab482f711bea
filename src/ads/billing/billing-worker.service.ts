import { LeasedFollower, type FollowerOptions, type FollowerStep } from '../../events/leased-follower.service';
import { AD_BILLING_LEASE, AD_SPEND_TOPIC, type AdSpendMessage } from './ad-topics';
import { Billing } from './billing.service';

/** Charges ads in the worker that holds the lease. */
export class BillingWorker extends LeasedFollower {
  private readonly billing: Billing;

  constructor(private readonly options: FollowerOptions) {
    super({ ...options, lease: AD_BILLING_LEASE, failure: 'ads not charged; retrying' });
    this.billing = new Billing(options.pool);
  }

  protected async step(): Promise<FollowerStep> {
    const { atEnd = true, campaignIds = [] } = (await this.billing.advance()) ?? {};
    if (campaignIds.length > 0) this.options.pubSub.publish(AD_SPEND_TOPIC, { campaignIds } satisfies AdSpendMessage);
    return { more: !atEnd };
  }
}
