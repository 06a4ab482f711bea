import {
  LeasedFollower,
  type FollowerOptions,
  type FollowerStep,
} from '../../../../src/events/leased-follower.service';
import { addUpWishes } from './wish.store';

export const WISH_LEASE = 'wishes';

/** Adds up the wishes for each product in the worker that holds the lease. */
export class WishFollower extends LeasedFollower {
  constructor(private readonly options: FollowerOptions) {
    super({ ...options, lease: WISH_LEASE, failure: 'wishes not added up; retrying' });
  }

  protected async step(): Promise<FollowerStep> {
    return { more: await addUpWishes(this.options.pool, WISH_LEASE) };
  }
}
