import { Field, InputType, ObjectType } from 'type-graphql';
import { Product } from '../../catalog/product.type';
import { enumType } from '../../graphql/enum-type';
import { connectionOf, type ConnectionPage } from '../../graphql/connection';
import { ReceiptPayload } from '../../graphql/item-error.type';
import { DateTime, ID } from '../../graphql/scalars';
import { Scoped } from '../../graphql/scope';

const QUERIES = 'Searches that it is for, in any form of their words, each of 1 to 200 characters; of any when empty.';
const PLACEMENTS = 'Where the list is shown, as `placement` says; anywhere when empty. Each of 1 to 200 characters.';
const PINS = 'Products that come first, in this order, of those that are found.';
const BURIED = 'Products that come last, of those that are found.';
const BOOST = "A CEL expression like the input's: what relevance is multiplied by. Up to 4,096 characters.";
const REDIRECT = 'Where the storefront is to go instead: a path, or an http(s) URL. Up to 2,000 characters.';

@Scoped('ADMIN')
@ObjectType({ simpleResolvers: true, description: 'What a shop wants to be shown first, last, or instead.' })
export class MerchandisingRule {
  @Field(() => ID)
  id!: string;

  @Field(() => [String], { description: QUERIES })
  queries!: readonly string[];

  @Field(() => [String], { description: PLACEMENTS })
  placements!: readonly string[];

  @Field(() => [ID], { description: PINS })
  pins!: readonly string[];

  @Field(() => [ID], { description: BURIED })
  buried!: readonly string[];

  @Field(() => String, { nullable: true, description: BOOST })
  boost!: string | null;

  @Field(() => String, { nullable: true, description: REDIRECT })
  redirect!: string | null;

  @Field(() => DateTime, { nullable: true })
  startsAt!: Date | null;

  @Field(() => DateTime, { nullable: true })
  endsAt!: Date | null;

  @Field(() => DateTime)
  updatedAt!: Date;
}

export const MerchandisingRuleConnection = connectionOf(MerchandisingRule, 'MerchandisingRule', 'ADMIN');
export type MerchandisingRuleConnection = ConnectionPage<MerchandisingRule>;

@InputType({ description: 'Absent leaves alone, null clears. It is for a query, a placement, or both.' })
export class UpsertMerchandisingRuleInput {
  @Field(() => ID)
  id!: string;

  @Field(() => [String], { nullable: true, description: `${QUERIES} Up to 100.` })
  queries?: string[] | null;

  @Field(() => [String], { nullable: true, description: `${PLACEMENTS} Up to 100.` })
  placements?: string[] | null;

  @Field(() => [ID], { nullable: true, description: `${PINS} Up to 100.` })
  pins?: string[] | null;

  @Field(() => [ID], { nullable: true, description: `${BURIED} Up to 100.` })
  buried?: string[] | null;

  @Field(() => String, { nullable: true, description: BOOST })
  boost?: string | null;

  @Field(() => String, { nullable: true, description: REDIRECT })
  redirect?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'In force from here on.' })
  startsAt?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Not in force from here on.' })
  endsAt?: Date | null;
}

@InputType()
export class DeleteMerchandisingRuleInput {
  @Field(() => ID)
  id!: string;
}

const WARNING_CODES = ['UNKNOWN', 'HIDDEN', 'NOT_FOUND', 'PARTIAL_MATCH', 'VARIANT'] as const;
export type MerchandisingWarningCode = (typeof WARNING_CODES)[number];

const WarningCodeEnum = enumType(
  'MerchandisingWarningCode',
  WARNING_CODES,
  'Why a merchandising rule does not move a product.',
  {
    UNKNOWN: 'There is no product with this id.',
    HIDDEN: 'The product is discontinued, or it is not published when the rule begins.',
    NOT_FOUND:
      'Queries of the rule do not find the product, neither by all words nor as a partial match. Lists have only what is found.',
    PARTIAL_MATCH:
      'The pinned product has only some of the words of queries of the rule. It stays after the products with all of them.',
    VARIANT: 'A variant of the product is pinned before it. Lists show one product of each group.',
  },
);

@Scoped('ADMIN')
@ObjectType({ simpleResolvers: true, description: 'A product of a merchandising rule that the rule does not move.' })
export class MerchandisingWarning {
  @Field(() => WarningCodeEnum)
  code!: MerchandisingWarningCode;

  @Field(() => [String], { description: 'The path of the product in the input, such as `input`, `pins`, `0`.' })
  field!: readonly string[];

  @Field(() => ID)
  productId!: string;

  @Field(() => Product, { nullable: true, description: 'The product, published or not; null if it is unknown.' })
  product!: Product | null;

  @Field(() => [String], {
    description:
      'The queries of the rule in whose lists it has no effect on the product. Empty for UNKNOWN and HIDDEN, and for a rule without queries: it has none in any list.',
  })
  queries!: readonly string[];

  @Field(() => String)
  message!: string;
}

export const WARNINGS =
  'The products of `pins` and `buried` that the rule does not move, as far as its own queries decide: what a filter, a facet or another query finds is known only then.';

@Scoped('ADMIN')
@ObjectType()
export class UpsertMerchandisingRulePayload extends ReceiptPayload {
  @Field(() => MerchandisingRule, { nullable: true })
  rule!: MerchandisingRule | null;
}

@Scoped('ADMIN')
@ObjectType()
export class DeleteMerchandisingRulePayload extends ReceiptPayload {}
