import { Extensions, Query, Resolver } from 'type-graphql';
import { WORK } from '../graphql/limits/operation-cost';
import { Scoped } from '../graphql/scope';
import type { DeliveryAccuracies } from './delivery-accuracy.service';
import { DeliveryAccuracyObject } from './delivery-accuracy.type';

/** Rate-limit cost: the report may have to be computed, with about 500 to 1,500 queries. */
const ACCURACY_WORK = 1_000;

@Resolver()
export class DeliveryAccuracyResolver {
  constructor(private readonly accuracies: Pick<DeliveryAccuracies, 'read'>) {}

  @Scoped('SERVER')
  @Extensions({ [WORK]: ACCURACY_WORK })
  @Query(() => DeliveryAccuracyObject, {
    nullable: true,
    description:
      'How the estimates of about 500 parcels, drawn from the deliveries of the last 28 days, compare with these deliveries: the estimates that they had when their carriers took them over, learned from what had been delivered until then. It is at most five minutes old.',
  })
  deliveryAccuracy(): Promise<DeliveryAccuracyObject> {
    return this.accuracies.read();
  }
}
