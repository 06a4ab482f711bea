import { Field, Int, ObjectType } from 'type-graphql';
import { Product } from '../../catalog/product.type';
import { ID } from '../../graphql/scalars';
import { Scoped } from '../../graphql/scope';

@Scoped('STOREFRONT')
@ObjectType({
  simpleResolvers: true,
  description: 'A product that an advertiser pays for. Storefronts must label it as sponsored.',
})
export class SponsoredProduct {
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

  @Field(() => [SponsoredProduct], {
    description:
      'In order of slot. Empty if no bid qualifies, and for requests without a customer or session, because ads are charged by visit.',
  })
  products!: readonly SponsoredProduct[];
}
