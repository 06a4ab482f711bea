import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { FILTER, FILTER_VARIABLES, Product } from '../../catalog/product.type';
import { enumType } from '../../graphql/enum-type';
import { PageInfo } from '../../graphql/connection';
import { DateTime, Float, ID, JSONObject } from '../../graphql/scalars';
import { Scoped } from '../../graphql/scope';
import { INTENTS, type Intent } from './intent';
import { AD_CONSENT, type SponsoredProducts } from './sponsorship';
import { REQUEST_ID } from '../../auth/request-id';

const IntentEnum = enumType('RecommendationIntent', INTENTS, 'What the list is for.', {
  PERSONAL: 'What this customer will want next.',
  SIMILAR: "What others who cared for the page's product also cared for.",
  COMPLEMENTARY: "What is bought in one order with the page's product.",
  BASKET: 'What completes the cart.',
  BUY_AGAIN: 'What this customer buys regularly.',
  TRENDING: 'What is asked for more than it used to be.',
  POPULAR: 'What is asked for most.',
  NEW: 'What the shop has had for at most 30 days, by what this customer cares for.',
  RECENTLY_VIEWED: 'Distinct products by latest VIEW, newest first, never padded.',
});

@InputType()
export class RecommendationsInput {
  @Field(() => IntentEnum)
  intent!: Intent;

  @Field(() => ID, { nullable: true, description: 'Server keys. With a storefront key it comes from the token.' })
  customerId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Server keys. With a storefront key it comes from the token.' })
  sessionId?: string | null;

  @Field(() => [ID], {
    nullable: true,
    description: "The page's product (SIMILAR, COMPLEMENTARY: exactly one) or the cart (BASKET: 1 to 100).",
  })
  productIds?: string[] | null;

  @Field(() => String, { nullable: true, description: FILTER })
  filter?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'A CEL expression like `filter` that gives a number ≥ 0: `product.brand in vars.brands ? 2 : 1`. It multiplies the score. What is missing is 1. Up to 4,096 characters.',
  })
  boost?: string | null;

  @Field(() => JSONObject, { nullable: true, description: FILTER_VARIABLES })
  filterVariables?: Record<string, unknown> | null;

  @Field(() => [ID], { nullable: true, description: 'Never in the list. Up to 1,000.' })
  exclude?: string[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether what the customer has bought may be in the list. By default it may, except for what was bought just now, and except in NEW. With true, what was bought just now may be, too.',
  })
  includePurchased?: boolean | null;

  @Field(() => String, { nullable: true, description: 'Where it is shown. Up to 64 bytes of UTF-8.' })
  placement?: string | null;

  @Field(() => Boolean, { nullable: true, description: AD_CONSENT })
  adConsent?: boolean | null;

  @Field(() => ID, {
    nullable: true,
    description: "A mutation's receipt: the answer includes its effect, or is a TIMEOUT.",
  })
  awaitReceipt?: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'Admin keys. The version of BLEND to rank with in place of the active one: one whose bytes are kept, or `rank-fusion` for none.',
  })
  modelVersion?: string | null;
}

@Scoped('STOREFRONT')
@ObjectType({ simpleResolvers: true })
export class Reason {
  @Field(() => String, { description: 'The source of candidates or the feature that speaks for it.' })
  source!: string;

  @Field(() => Product, { nullable: true, description: 'The past product it follows from.' })
  product!: Product | null;

  @Field(() => Float, { description: 'Its part of the score; the shares of one product add up to 1.' })
  share!: number;

  @Field(() => String)
  text!: string;
}

@Scoped('STOREFRONT')
@ObjectType({ simpleResolvers: true })
export class RecommendationEdge {
  @Field(() => String)
  cursor!: string;

  @Field(() => Product)
  node!: Product;

  @Field(() => Float, { description: 'Comparable within one list only.' })
  score!: number;

  @Field(() => Int, { description: 'From 1, over all pages.' })
  rank!: number;

  @Field(() => [Reason])
  reasons!: readonly Reason[];
}

@Scoped('STOREFRONT')
@ObjectType({ simpleResolvers: true })
export class RecommendationConnection {
  @Field(() => ID, { description: REQUEST_ID })
  requestId!: string;

  @Field(() => String)
  modelVersion!: string;

  @Field(() => String, {
    description: "The log's position that the answer is true at. Higher is newer; of equal ones, what came later.",
  })
  revision!: string;

  @Field(() => DateTime, { description: 'The time that the answer is true at.' })
  asOf!: Date;

  @Field(() => [RecommendationEdge])
  edges!: readonly RecommendationEdge[];

  @Field(() => [Product])
  nodes!: readonly Product[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;

  /** Resolved to the field `sponsored` if the operation selects it. */
  sponsorship?: SponsoredProducts | Error;
}
