import { Extensions, FieldResolver, Resolver, Root } from 'type-graphql';
import type { ProductsReadModel } from '../../catalog/products.read-model';
import { ApiError } from '../../graphql/errors';
import { WORK } from '../../graphql/limits/operation-cost';
import { Scoped } from '../../graphql/scope';
import type { SponsoredProducts } from '../../recommend/serving/sponsorship';
import { ProductSearchConnection } from '../../search/search.type';
import type { DecidedAds } from './ad-decision.service';
import { AdDecision } from './sponsored.type';

/** Rate-limit cost of a decision. A plain field costs 1. */
const DECISION_WORK = 500;
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

/** @throws ApiError BAD_USER_INPUT in a subscription; the error of the decision */
function shownDecision(chosen: SponsoredProducts | Error | undefined, products: ProductsReadModel): AdDecision {
  if (chosen === undefined) throw new ApiError('BAD_USER_INPUT', 'sponsored is not offered in subscriptions.');
  if (chosen instanceof Error) throw chosen;
  const { id, placement, ads } = chosen as DecidedAds;
  return {
    id,
    placement,
    products: ads.flatMap(({ productId, ...ad }) => {
      const product = products.getPublished(productId);
      return product === undefined ? [] : { ...ad, product };
    }),
  };
}
