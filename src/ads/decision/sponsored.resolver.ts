import { Arg, Ctx, Extensions, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { ProductsReadModel } from '../../catalog/products.read-model';
import { ApiError } from '../../graphql/errors';
import { WORK, type WorkOf } from '../../graphql/limits/operation-cost';
import { Scoped } from '../../graphql/scope';
import type { Context } from '../../graphql/context';
import type { RecommendationService } from '../../recommend/serving/recommendation.service';
import { RecommendationConnection, type RecommendationsInput } from '../../recommend/serving/recommendation.type';
import type { SponsoredProducts } from '../../recommend/serving/sponsorship';
import { workOfLists } from '../../recommend/serving/list-work';
import type { SearchService } from '../../search/search.service';
import { ProductSearchConnection } from '../../search/search.type';
import { DecidedAds } from './ad-decision.service';
import { AdDecision, AdsInput } from './sponsored.type';

/** Rate-limit cost of a decision. A plain field costs 1. */
const DECISION_WORK = 500;
/** Rate-limit cost of finding the relevant products, and of the decision. */
const workOfAds: WorkOf = (args) => workOfLists(args) + DECISION_WORK;
const DESCRIPTION =
  'Ads among the products of the list, by auction. The placement of the input names the ad placement. They are not repeated in the list, and not counted in `totalCount`. Not offered in subscriptions.';

@Resolver(() => ProductSearchConnection)
export class SponsoredSearchResolver {
  constructor(private readonly products: ProductsReadModel) {}

  @Scoped('STOREFRONT')
  @Extensions({ [WORK]: DECISION_WORK })
  @FieldResolver(() => AdDecision, { nullable: true, description: DESCRIPTION })
  sponsored(@Root() list: ProductSearchConnection): AdDecision {
    return shownDecision(list.sponsorship, this.products);
  }
}

@Resolver(() => RecommendationConnection)
export class SponsoredListResolver {
  constructor(
    private readonly products: ProductsReadModel,
    private readonly searches: Pick<SearchService, 'prepare' | 'sponsored'>,
    private readonly recommendations: Pick<RecommendationService, 'prepare' | 'sponsored'>,
  ) {}

  @Scoped('STOREFRONT')
  @Extensions({ [WORK]: DECISION_WORK })
  @FieldResolver(() => AdDecision, { nullable: true, description: DESCRIPTION })
  sponsored(@Root() list: RecommendationConnection): AdDecision {
    return shownDecision(list.sponsorship, this.products);
  }

  @Scoped('STOREFRONT')
  @Extensions({ [WORK]: workOfAds })
  @Query(() => AdDecision, {
    nullable: true,
    description: 'Ads for a place without a list of its own, by auction among products that are relevant to the page.',
  })
  async ads(
    @Ctx() context: Context,
    @Arg('input', () => AdsInput, { description: 'The place and its page.' }) input: AdsInput,
  ): Promise<AdDecision> {
    const { query, productIds, ...common } = input;
    const sponsorship =
      query == null
        ? await this.recommended(context, common, productIds ?? [])
        : await this.found(context, common, query);
    return shownDecision(sponsorship, this.products);
  }

  private async found(context: Context, input: Omit<AdsInput, 'query' | 'productIds'>, query: string) {
    // The search of the page is logged where the page shows it.
    const prepared = { ...(await this.searches.prepare(context, { ...input, query })), isLogged: false };
    return this.searches.sponsored(prepared);
  }

  private recommended(context: Context, common: Omit<AdsInput, 'query' | 'productIds'>, productIds: string[]) {
    const input: RecommendationsInput =
      productIds.length === 0
        ? { ...common, intent: 'PERSONAL' }
        : { ...common, productIds, intent: productIds.length === 1 ? 'SIMILAR' : 'BASKET' };
    return this.recommendations.sponsored(this.recommendations.prepare(context, input));
  }
}

/** @throws ApiError BAD_USER_INPUT in a subscription; the error of the decision */
function shownDecision(chosen: SponsoredProducts | Error | undefined, products: ProductsReadModel): AdDecision {
  if (chosen === undefined) throw new ApiError('BAD_USER_INPUT', 'sponsored is not offered in subscriptions.');
  if (chosen instanceof Error) throw chosen;
  if (!(chosen instanceof DecidedAds)) throw new Error('The sponsored products were not chosen by AdDecisionService.');
  const { id, placement, ads } = chosen;
  return {
    id,
    placement,
    products: ads.flatMap(({ productId, ...ad }) => {
      const product = products.getPublished(productId);
      return product === undefined ? [] : { ...ad, product };
    }),
  };
}
