import { Arg, Extensions, Mutation, Query, Resolver } from 'type-graphql';
import { checkFirst, First } from '../graphql/connection';
import { WORK } from '../graphql/limits/operation-cost';
import { Scoped } from '../graphql/scope';
import { OrderAnalytics } from './order-analytics.service';
import {
  BestSeller,
  BestSellersInput,
  CreateOrderStreamsInput,
  CreateOrderStreamsPayload,
} from './order-analytics.type';

/**
 * The rate-limit cost of `bestSellers`. Answering a plain GraphQL field costs 1. Merging the twelve monthly totals of a
 * year takes some milliseconds. Months without stored totals take longer.
 */
const BEST_SELLERS_WORK = 5_000;

@Resolver()
export class OrderAnalyticsResolver {
  constructor(private readonly service: OrderAnalytics) {}

  @Scoped('ADMIN')
  @Mutation(() => CreateOrderStreamsPayload, {
    description:
      'Makes the streams of docs/orders.md that are missing, and fills in their past. Asked again it changes nothing; one that was deleted stays so until it is asked again.',
  })
  createOrderStreams(
    @Arg('input', () => CreateOrderStreamsInput) { timeZone, placements, bySegment }: CreateOrderStreamsInput,
  ): Promise<CreateOrderStreamsPayload> {
    return this.service.createStreams(timeZone ?? 'UTC', placements ?? [], bySegment ?? false);
  }

  @Scoped('ADMIN')
  @Extensions({ [WORK]: BEST_SELLERS_WORK })
  @Query(() => [BestSeller], {
    description:
      'Products by what was sold of them, the best first; exact. It reads the stream `product-sales-by-day`.',
  })
  bestSellers(
    @Arg('input', () => BestSellersInput) input: BestSellersInput,
    @First() first: number | null,
  ): Promise<BestSeller[]> {
    return this.service.bestSellers(input, checkFirst(first));
  }
}
