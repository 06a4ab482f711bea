import { Arg, FieldResolver, Resolver, Root, Subscription } from 'type-graphql';
import { ApiError } from '../../graphql/errors';
import { openLiveQuery } from '../../graphql/live-query';
import { DateTime, ID } from '../../graphql/scalars';
import { Scoped } from '../../graphql/scope';
import { NO_TOPIC, SubscribedBy } from '../../graphql/subscribed-by';
import type { Logger } from '../../platform/log';
import { subjectOfCustomer } from '../../events/log-event';
import type { Behaviour } from '../behaviour/behaviour-label';
import type { BehaviourService } from '../behaviour/behaviour.service';
import type { CustomerService } from '../customer.service';
import { Customer } from '../customer.type';
import { NEW } from '../segments/assign-segment';
import type { SegmentService } from '../segments/segment.service';
import { ListedSegment } from '../segments/segment.type';
import { CustomerPredictions } from './customer-predictions.type';
import { PREDICTION_DAYS } from './profile';
import type { StoredProfile } from './profile.store';
import type { ProfilesReadModel } from './profiles.read-model';

@Resolver(() => Customer)
export class ProfileResolver {
  constructor(
    private readonly customers: CustomerService,
    private readonly profiles: ProfilesReadModel,
    private readonly segments: SegmentService,
    private readonly behaviour: BehaviourService,
    private readonly log: Logger,
  ) {}

  @Scoped('SERVER')
  @FieldResolver(() => ListedSegment, {
    nullable: true,
    description:
      'Null while no version of SEGMENTS is active or the first segments are computed, and for a customer who has opted out of profiling.',
  })
  async segment(@Root() customer: Customer): Promise<ListedSegment | null> {
    if (!customer.profiling) return null;
    const profile = await this.profiles.find(customer.id);
    if (profile !== null) return profile.segmentId === null ? null : this.segments.find(profile.segmentId);
    return (await this.profiles.isNewActive()) ? this.segments.find(NEW) : null;
  }

  @Scoped('SERVER')
  @FieldResolver(() => DateTime, {
    nullable: true,
    description: 'When the customer entered the segment; null for `NEW`.',
  })
  async segmentSince(@Root() customer: Customer): Promise<Date | null> {
    if (!customer.profiling) return null;
    return (await this.profiles.find(customer.id))?.segmentSince ?? null;
  }

  @Scoped('SERVER')
  @FieldResolver(() => CustomerPredictions, {
    nullable: true,
    description:
      'Null while no version of VALUE is active, for a customer without an order, and for one who has opted out.',
  })
  async predictions(@Root() customer: Customer): Promise<CustomerPredictions | null> {
    if (!customer.profiling) return null;
    const profile = await this.profiles.find(customer.id);
    if (profile === null) return null;
    const { expectedAmount, lowAmount, highAmount, purchaseProbability, churnProbability, currency, asOf } = profile;
    if (expectedAmount === null || lowAmount === null || highAmount === null || purchaseProbability === null)
      return null;
    const money = (amount: number) => ({ amount: amount.toFixed(2), currency });
    return {
      horizonDays: PREDICTION_DAYS,
      purchaseProbability,
      expectedAmount: money(expectedAmount),
      lowAmount: money(lowAmount),
      highAmount: money(highAmount),
      churnProbability,
      asOf,
    };
  }

  @Scoped('SERVER')
  @SubscribedBy('open')
  @Subscription(() => Customer, {
    ...NO_TOPIC,
    nullable: true,
    description:
      'The customer first, then again after a purchase, a return, a merge, a change of the segment, and an event after which another behaviour of the running session is predicted. The daily update of predictions is not sent. Null once the customer no longer exists.',
  })
  customerUpdated(@Root() { customer }: CustomerState, @Arg('id', () => ID) _id: string): Customer | null {
    return customer;
  }

  open({ id }: { id: string }): Promise<AsyncIterable<CustomerState>> {
    const subject = subjectOfCustomer(id);
    const reload = async (): Promise<CustomerState> => {
      const [customer, profile] = await Promise.all([this.customers.find(id), this.profiles.find(id)]);
      const session = customer?.profiling ? await this.behaviour.find(subject) : null;
      return { customer, profile, behaviour: session?.behaviour ?? null };
    };
    const loadFirst = async () => {
      const state = await reload();
      if (state.customer === null) throw new ApiError('NOT_FOUND', `There is no customer ${id}.`);
      return state;
    };
    return openLiveQuery({
      name: 'customerUpdated',
      loadFirst,
      reload,
      visibleStateOf: ({ customer, profile, behaviour }) => JSON.stringify([customer, profile, behaviour]),
      watchChanges: ({ now }) => [this.profiles.watch(id, now), this.behaviour.watch(subject, now)],
      log: this.log,
    });
  }
}

interface CustomerState {
  readonly customer: Customer | null;
  readonly profile: StoredProfile | null;
  /** Null if no session is running. */
  readonly behaviour: Behaviour | null;
}
