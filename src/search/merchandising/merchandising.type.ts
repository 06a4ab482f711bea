import { Field, InputType, ObjectType } from 'type-graphql';
import { connectionOf, type ConnectionPage } from '../../graphql/connection';
import { ItemError } from '../../graphql/item-error.type';
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

@Scoped('ADMIN')
@ObjectType()
export class UpsertMerchandisingRulePayload {
  @Field(() => MerchandisingRule, { nullable: true })
  rule!: MerchandisingRule | null;

  @Field(() => ID, { description: 'For `awaitReceipt`: read your writes.' })
  receipt!: string;

  @Field(() => [ItemError])
  errors!: ItemError[];
}

@Scoped('ADMIN')
@ObjectType()
export class DeleteMerchandisingRulePayload {
  @Field(() => ID, { description: 'For `awaitReceipt`: read your writes.' })
  receipt!: string;

  @Field(() => [ItemError])
  errors!: ItemError[];
}
