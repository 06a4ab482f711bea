import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { enumType } from '../graphql/enum-type';
import { connectionOf, type ConnectionPage } from '../graphql/connection';
import { ReceiptPayload } from '../graphql/item-error.type';
import { Money, MoneyInput } from '../graphql/money.type';
import { DateTime, Float, ID, JSONObject } from '../graphql/scalars';
import { Scoped } from '../graphql/scope';
import { AVAILABILITIES, type Availability } from './product-record';

const AvailabilityEnum = enumType('Availability', AVAILABILITIES, 'Whether it can be bought.');

/** Descriptions of the arguments `filter` and `filterVariables`. */
export const FILTER =
  "A CEL expression over `product`, `customer` and `vars`: `product.price < vars.max && 'garden' in product.categories`. What is missing is false. Up to 4,096 characters.";
export const FILTER_VARIABLES =
  'The values of `vars`, by name. Up to 50, lists of up to 1,000 items. `country` is a code of ISO 3166-1 such as DE, or empty if it is unknown.';

@Scoped('STOREFRONT')
@ObjectType({ simpleResolvers: true })
export class Product {
  @Field(() => ID, { description: "The shop's own id." })
  id!: string;

  @Field(() => String)
  title!: string;

  @Field(() => String, { nullable: true })
  description!: string | null;

  @Field(() => String, { nullable: true })
  url!: string | null;

  @Field(() => [String])
  imageUrls!: readonly string[];

  @Field(() => Money, { nullable: true })
  price!: Money | null;

  @Field(() => Money, { nullable: true, description: 'The price before a reduction.' })
  listPrice!: Money | null;

  @Field(() => String, { nullable: true })
  brand!: string | null;

  @Field(() => [String])
  categories!: readonly string[];

  @Field(() => ID, { nullable: true, description: 'Products of one group are variants of each other.' })
  groupId!: string | null;

  @Field(() => String, { nullable: true, description: 'BCP 47, such as `de`.' })
  language!: string | null;

  @Field(() => AvailabilityEnum)
  availability!: Availability;

  @Scoped('SERVER')
  @Field(() => Int, { nullable: true, description: 'Units left.' })
  stock!: number | null;

  @Field(() => Float, { nullable: true })
  rating!: number | null;

  @Field(() => JSONObject)
  attributes!: Readonly<Record<string, unknown>>;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Until then it is in no list, and storefront keys are told of no such product.',
  })
  publishedAt!: Date | null;

  @Field(() => DateTime)
  updatedAt!: Date;
}

export const ProductConnection = connectionOf(Product, 'Product', 'STOREFRONT');
export type ProductConnection = ConnectionPage<Product>;

@InputType({ description: 'Price and stock only. Absent leaves alone, null clears.' })
export class OfferInput {
  @Field(() => ID)
  id!: string;

  @Field(() => MoneyInput, { nullable: true })
  price?: MoneyInput | null;

  @Field(() => MoneyInput, { nullable: true })
  listPrice?: MoneyInput | null;

  @Field(() => AvailabilityEnum, { nullable: true })
  availability?: Availability | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Units left; below 0 where more were sold than there were. Without an `availability` beside it, it decides that too.',
  })
  stock?: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When this became true. Older than what is stored: STALE. Default now.',
  })
  updatedAt?: Date | null;
}

@InputType({
  description:
    'Absent leaves alone, null clears. A new product needs a title. Texts are stored without white space at their ends. A blank text counts as null.',
})
export class ProductInput extends OfferInput {
  @Field(() => String, { nullable: true, description: '1 to 500 characters.' })
  title?: string | null;

  @Field(() => String, { nullable: true, description: 'Up to 20,000 characters.' })
  description?: string | null;

  @Field(() => String, { nullable: true, description: 'Up to 2,000 characters.' })
  url?: string | null;

  @Field(() => [String], { nullable: true, description: 'Up to 100, of up to 2,000 characters each.' })
  imageUrls?: string[] | null;

  @Field(() => String, { nullable: true, description: 'Up to 200 characters.' })
  brand?: string | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Up to 100 paths such as `Kitchen > Cups`, of 1 to 2,000 characters each.',
  })
  categories?: string[] | null;

  @Field(() => ID, { nullable: true })
  groupId?: string | null;

  @Field(() => String, { nullable: true, description: 'BCP 47, such as `de`.' })
  language?: string | null;

  @Field(() => Float, { nullable: true })
  rating?: number | null;

  @Field(() => JSONObject, { nullable: true, description: 'Replaces all attributes.' })
  attributes?: Record<string, unknown> | null;

  @Field(() => DateTime, { nullable: true })
  publishedAt?: Date | null;
}

@InputType()
export class UpsertProductsInput {
  @Field(() => [ProductInput], { description: 'Up to 1,000.' })
  products!: ProductInput[];
}

@InputType()
export class UpdateOffersInput {
  @Field(() => [OfferInput], { description: 'Up to 1,000.' })
  offers!: OfferInput[];
}

@InputType()
export class DeleteProductsInput {
  @Field(() => [ID], { description: 'Up to 1,000.' })
  ids!: string[];
}

@Scoped('SERVER')
@ObjectType()
export class WriteProductsPayload extends ReceiptPayload {
  @Field(() => Int, { description: 'Products that are now as asked, whether or not that changed anything.' })
  accepted!: number;

  @Field(() => Int, { description: 'Of these, products that were so already.' })
  unchanged!: number;
}

@ObjectType()
export class UpsertProductsPayload extends WriteProductsPayload {}

@ObjectType()
export class UpdateOffersPayload extends WriteProductsPayload {}

@ObjectType()
export class DeleteProductsPayload extends WriteProductsPayload {}
