import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Extensions, Info, Query, Resolver, Root, Subscription } from 'type-graphql';
import { checkFirst, First } from '../graphql/connection';
import type { Context } from '../graphql/context';
import { MEASURED, COUNTS, WORK } from '../graphql/limits/operation-cost';
import { Scoped } from '../graphql/scope';
import { selectsField } from '../graphql/selection';
import { NO_TOPIC, SubscribedBy } from '../graphql/subscribed-by';
import { facetCounts } from './facet-counts';
import type { SearchPageOptions } from './search-page-mapper';
import { SearchFeed } from './search-feed.service';
import { SearchService } from './search.service';
import { ProductSearchConnection, SearchInput } from './search.type';

/**
 * Cost of a search, in units of {@link WORK} (1 to 2 µs each). A search takes less than 1 ms, or 2 ms if it ranks for a
 * customer, corrects the query or counts facets.
 */
const SEARCH_WORK = 1_000;

@Resolver()
export class SearchResolver {
  constructor(
    private readonly service: SearchService,
    private readonly feed: SearchFeed,
  ) {}

  @Scoped('STOREFRONT')
  @Extensions({ [WORK]: SEARCH_WORK, [MEASURED]: true, [COUNTS]: facetCounts })
  @Query(() => ProductSearchConnection, { description: 'Products by words; without any, the catalogue to browse in.' })
  async search(
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
    @Arg('input', () => SearchInput) input: SearchInput,
    @First() first: number | null,
    @Arg('after', () => String, { nullable: true }) after?: string | null,
  ): Promise<ProductSearchConnection> {
    const [sponsored, articles] = [selectsField(info, ['sponsored']), selectsField(info, ['articles'])];
    const page = { ...pageFor(info, first), after, sponsored, articles };
    return this.service.list(await this.service.prepare(context, input), page);
  }

  @Scoped('STOREFRONT')
  @Extensions({ [WORK]: SEARCH_WORK, [COUNTS]: facetCounts })
  @SubscribedBy('open')
  @Subscription(() => ProductSearchConnection, {
    ...NO_TOPIC,
    description:
      'The whole list first, then again whenever it differs: at once for own events, coalesced for the catalogue and the rest.',
  })
  searchUpdated(
    @Root() list: ProductSearchConnection,
    @Arg('input', () => SearchInput) _input: SearchInput,
    @First() _first: number | null,
  ): ProductSearchConnection {
    return list;
  }

  async open(
    { input, first }: { input: SearchInput; first: number | null },
    context: Context,
    info: GraphQLResolveInfo,
  ): Promise<AsyncIterable<ProductSearchConnection>> {
    return this.feed.open(await this.service.prepare(context, input), pageFor(info, first));
  }
}

function pageFor(info: GraphQLResolveInfo, first: number | null): SearchPageOptions {
  return {
    first: checkFirst(first),
    cursors: selectsField(info, ['edges', 'cursor']) || selectsField(info, ['pageInfo']),
    highlights: selectsField(info, ['edges', 'highlights']),
    reasons: selectsField(info, ['edges', 'reasons']),
    nothingFound: selectsField(info, ['nothingFound']),
  };
}
