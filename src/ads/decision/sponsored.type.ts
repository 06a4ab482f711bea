import { Extensions, Field, InputType, Int, ObjectType } from 'type-graphql';
import { FILTER, FILTER_VARIABLES, Product } from '../../catalog/product.type';
import { MAX_LIST_LENGTH } from '../../graphql/limits/operation-cost';
import { ID, JSONObject } from '../../graphql/scalars';
import { Scoped } from '../../graphql/scope';
import { AD_CONSENT } from '../../recommend/serving/sponsorship';
import { MAX_SLOTS } from '../definitions/ad-records';

@Scoped('STOREFRONT')
@ObjectType({
  simpleResolvers: true,
  description: 'A product that an advertiser pays for. Storefronts must label it as sponsored.',
})
class SponsoredProduct {
  @Field(() => Int, { description: 'The slot of the placement, from 1.' })
  slot!: number;

  @Field(() => Product)
  product!: Product;

  @Field(() => String, { description: 'The name of the advertiser, to be shown with the product.' })
  advertiserName!: string;

  @Field(() => ID, {
    description:
      'The token of the ad: text of up to 200 characters. Send it as the `requestId` of an IMPRESSION of the product once the ad was visible, within 30 minutes, and of a CLICK, within 24 hours.',
  })
  token!: string;
}

@Scoped('STOREFRONT')
@ObjectType({ simpleResolvers: true, description: 'The ads of an answer.' })
export class AdDecision {
  @Field(() => ID)
  id!: string;

  @Field(() => ID, { description: 'The placement whose slots it fills.' })
  placement!: string;

  @Extensions({ [MAX_LIST_LENGTH]: MAX_SLOTS })
  @Field(() => [SponsoredProduct], {
    description:
      'In order of slot. Empty if no bid qualifies, in searches that are sorted, corrected or about one product (see `AdExclusion`), and for requests without a customer or session, because ads are charged by visit.',
  })
  products!: readonly SponsoredProduct[];
}

@InputType({ description: 'A place without a list of its own, such as a banner.' })
export class AdsInput {
  @Field(() => ID, { description: 'The ad placement.' })
  placement!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'The search that the page answers: ads are chosen among the products that match. Up to 4,096 characters.',
  })
  query?: string | null;

  @Field(() => [ID], {
    nullable: true,
    description:
      'The product of the page, or the cart: without a query, ads are chosen among similar products, or those that complete the cart. Up to 100. Without either, among popular products; with consent, among those that the visitor is expected to want next.',
  })
  productIds?: string[] | null;

  @Field(() => String, { nullable: true, description: FILTER })
  filter?: string | null;

  @Field(() => JSONObject, { nullable: true, description: FILTER_VARIABLES })
  filterVariables?: Record<string, unknown> | null;

  @Field(() => ID, { nullable: true, description: 'Server keys. With a storefront key it comes from the token.' })
  customerId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Server keys. With a storefront key it comes from the token.' })
  sessionId?: string | null;

  @Field(() => Boolean, { nullable: true, description: AD_CONSENT })
  adConsent?: boolean | null;
}
