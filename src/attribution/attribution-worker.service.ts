import { LeasedFollower, type FollowerOptions, type FollowerStep } from '../events/leased-follower.service';
import { ATTRIBUTION_LEASE, BUSINESS_TOPIC } from './attribution-topics';
import { Attribution, type AttributionOptions } from './attribution.service';

/** Attributes orders in the worker that holds the lease. */
export class AttributionWorker extends LeasedFollower {
  private readonly attribution: Attribution;

  constructor(private readonly options: AttributionOptions & FollowerOptions) {
    super({ ...options, lease: ATTRIBUTION_LEASE, failure: 'orders not attributed; retrying' });
    const onFailure = (error: Error) =>
      options.log.error({ error: error.message }, 'a visitor is not in the business report; retrying in ten minutes');
    this.attribution = new Attribution(options.pool, { ...options, onFailure });
  }

  protected async step(): Promise<FollowerStep> {
    const begun = performance.now();
    const { more, changed, position } = await this.attribution.step();
    if (changed) this.options.pubSub.publish(BUSINESS_TOPIC, position);
    // At most half of the time is spent, so that a burst of events or an import slows down nothing else. Visitors that
    // act again meanwhile are computed once.
    return { more, restMs: performance.now() - begun };
  }
}
