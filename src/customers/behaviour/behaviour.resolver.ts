import { Extensions, FieldResolver, Resolver, Root } from 'type-graphql';
import { ViewerType } from '../../auth/session.type';
import { subjectOfCustomer } from '../../events/log-event';
import { WORK } from '../../graphql/limits/operation-cost';
import { Scoped } from '../../graphql/scope';
import { Customer } from '../customer.type';
import type { BehaviourService } from './behaviour.service';
import { SessionBehaviour } from './behaviour.type';

/** Rate-limit cost: the customer is read from PostgreSQL, and so is a session that is not cached. */
const BEHAVIOUR_WORK = 300;

@Resolver(() => Customer)
export class BehaviourResolver {
  constructor(private readonly service: BehaviourService) {}

  @Scoped('SERVER')
  @Extensions({ [WORK]: BEHAVIOUR_WORK })
  @FieldResolver(() => SessionBehaviour, {
    nullable: true,
    description:
      'The predicted behaviour of the running session. Null if the customer has had no event for 30 minutes, for a session with more than 2,000 events or longer than 24 hours, and for a customer who has opted out of profiling.',
  })
  async behaviour(@Root() customer: Customer): Promise<SessionBehaviour | null> {
    return customer.profiling ? this.service.find(subjectOfCustomer(customer.id)) : null;
  }
}

@Resolver(() => ViewerType)
export class ViewerBehaviourResolver {
  constructor(private readonly service: BehaviourService) {}

  @Scoped('STOREFRONT')
  @Extensions({ [WORK]: BEHAVIOUR_WORK })
  @FieldResolver(() => SessionBehaviour, {
    nullable: true,
    description:
      'The predicted behaviour of the running session that the token belongs to. Null without a token, without an event for 30 minutes, for a session with more than 2,000 events or longer than 24 hours, and for a customer who has opted out of profiling.',
  })
  behaviour(@Root() { customerId, sessionId }: ViewerType): Promise<SessionBehaviour | null> {
    return this.service.findFor({ customerId: customerId ?? undefined, sessionId: sessionId ?? undefined });
  }
}
