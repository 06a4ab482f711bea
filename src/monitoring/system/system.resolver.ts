import { Extensions, Query, Resolver, Root, Subscription } from 'type-graphql';
import { WORK } from '../../graphql/limits/operation-cost';
import { Scoped } from '../../graphql/scope';
import { NO_TOPIC, SubscribedBy } from '../../graphql/subscribed-by';
import { SystemFeed } from './system-feed.service';
import { SystemService } from './system.service';
import { System } from './system.type';

/** Cost of reading the system state, which takes a few milliseconds. A plain field costs 1. */
const SYSTEM_WORK = 2_000;

@Resolver()
export class SystemResolver {
  constructor(
    private readonly systems: SystemService,
    private readonly feed: SystemFeed,
  ) {}

  @Scoped('ADMIN')
  @Extensions({ [WORK]: SYSTEM_WORK })
  @Query(() => System, { description: 'How the shop runs: lag, queues, latencies, throughput, memory, versions.' })
  system(): Promise<System> {
    return this.systems.system();
  }

  @Scoped('ADMIN')
  @SubscribedBy('open')
  @Subscription(() => System, { ...NO_TOPIC, description: 'The same at once, and then every two seconds.' })
  systemUpdated(@Root() system: System): System {
    return system;
  }

  open(): Promise<AsyncIterable<System>> {
    return this.feed.open();
  }
}
