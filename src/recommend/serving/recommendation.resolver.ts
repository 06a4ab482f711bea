import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Extensions, Info, Query, Resolver, Root, Subscription } from 'type-graphql';
import { checkFirst, First } from '../../graphql/connection';
import type { Context } from '../../graphql/context';
import { MEASURED, MAX_LIST_LENGTH, LISTS_BY, WORK } from '../../graphql/limits/operation-cost';
import { Scoped } from '../../graphql/scope';
import { selectsField } from '../../graphql/selection';
import { NO_TOPIC, SubscribedBy } from '../../graphql/subscribed-by';
import { MAX_RAILS, workOfLists } from './list-work';
import { RecommendationFeed } from './recommendation-feed.service';
import { RecommendationService } from './recommendation.service';
import { RecommendationConnection, RecommendationsInput } from './recommendation.type';

const USUAL_LENGTH = 10;
@Resolver()
export class RecommendationResolver {
  constructor(
    private readonly service: RecommendationService,
    private readonly feed: RecommendationFeed,
  ) {}

  @Scoped('STOREFRONT')
  @Extensions({ [WORK]: workOfLists, [MEASURED]: true })
  @Query(() => RecommendationConnection)
  async recommendations(
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
    @Arg('input', () => RecommendationsInput) input: RecommendationsInput,
    @First(USUAL_LENGTH) first: number | null,
    @Arg('after', () => String, { nullable: true }) after?: string | null,
  ): Promise<RecommendationConnection> {
    const page = {
      first: checkFirst(first, USUAL_LENGTH),
      after,
      cursors: asksForCursors(info),
      reasons: asksForReasons(info),
      sponsored: selectsField(info, ['sponsored']),
    };
    return this.service.list(this.service.prepare(context, input), page, context.cacheValidity);
  }

  @Scoped('STOREFRONT')
  @Extensions({ [LISTS_BY]: 'inputs', [MAX_LIST_LENGTH]: MAX_RAILS, [WORK]: workOfLists, [MEASURED]: true })
  @Query(() => [RecommendationConnection], {
    description: `Several lists, up to ${MAX_RAILS}, of one page each, and no product twice: the earlier ones have the first pick.`,
  })
  async recommendationRails(
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
    @Arg('inputs', () => [RecommendationsInput]) inputs: RecommendationsInput[],
    @First(USUAL_LENGTH) first: number | null,
  ): Promise<RecommendationConnection[]> {
    const requests = this.service.prepareRails(context, inputs);
    const page = {
      first: checkFirst(first, USUAL_LENGTH),
      reasons: asksForReasons(info),
      sponsored: selectsField(info, ['sponsored']),
    };
    return this.service.rails(requests, page, context.cacheValidity);
  }

  @Scoped('STOREFRONT')
  @Extensions({ [WORK]: workOfLists })
  @SubscribedBy('open')
  @Subscription(() => RecommendationConnection, {
    ...NO_TOPIC,
    description:
      'The whole list first, then again whenever it differs: at once for own events, coalesced for the rest.',
  })
  recommendationsUpdated(
    @Root() list: RecommendationConnection,
    @Arg('input', () => RecommendationsInput) _input: RecommendationsInput,
    @First(USUAL_LENGTH) _first: number | null,
  ): RecommendationConnection {
    return list;
  }

  async open(
    { input, first }: { input: RecommendationsInput; first: number | null },
    context: Context,
    info: GraphQLResolveInfo,
  ): Promise<AsyncIterable<RecommendationConnection>> {
    return this.feed.open(this.service.prepare(context, input), {
      first: checkFirst(first, USUAL_LENGTH),
      cursors: asksForCursors(info),
      reasons: asksForReasons(info),
    });
  }
}

function asksForReasons(info: GraphQLResolveInfo): boolean {
  return selectsField(info, ['edges', 'reasons']);
}

function asksForCursors(info: GraphQLResolveInfo): boolean {
  return selectsField(info, ['edges', 'cursor']) || selectsField(info, ['pageInfo']);
}
