import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Info, Query, Resolver, Root, Subscription } from 'type-graphql';
import { askedFor } from '../auth/identify';
import { checkFirst, First } from '../graphql/connection';
import type { Context } from '../graphql/context';
import { Scoped } from '../graphql/scope';
import { selects } from '../graphql/selection';
import { NO_TOPIC, SubscribedBy } from '../graphql/subscribed-by';
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
  @Query(() => RecommendationConnection)
  async recommendations(
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
    @Arg('input', () => RecommendationsInput) input: RecommendationsInput,
    @First(USUAL_LENGTH) first: number | null,
    @Arg('after', () => String, { nullable: true }) after?: string | null,
  ): Promise<RecommendationConnection> {
    const who = askedFor(context.viewer, input);
    return this.service.list(who, input, {
      first: checkFirst(first, USUAL_LENGTH),
      after,
      cursors: asksForCursors(info),
    });
  }

  @Scoped('STOREFRONT')
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

  open(
    { input, first }: { input: RecommendationsInput; first: number | null },
    context: Context,
    info: GraphQLResolveInfo,
  ): Promise<AsyncIterable<RecommendationConnection>> {
    const who = askedFor(context.viewer, input);
    return this.feed.open(who, input, { first: checkFirst(first, USUAL_LENGTH), cursors: asksForCursors(info) });
  }
}

function asksForCursors(info: GraphQLResolveInfo): boolean {
  return selects(info, ['edges', 'cursor']) || selects(info, ['pageInfo']);
}
