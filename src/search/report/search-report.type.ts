import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { DateTime, Float } from '../../graphql/scalars';
import { Scoped } from '../../graphql/scope';

@InputType()
export class SearchReportInput {
  @Field(() => DateTime, {
    nullable: true,
    description:
      'Included. Moved back to the midnight of the shop before it, unless it is one. Default: six days before the last day.',
  })
  from?: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Excluded. Moved forward to the next midnight of the shop, unless it is one. Default: now.',
  })
  to?: Date | null;

  @Field(() => Int, { nullable: true, description: 'Queries in each list. Default 20, up to 100.' })
  first?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Queries that were searched for (in `noResult`: in vain) less often are left out. Default 5.',
  })
  minSearches?: number | null;
}

@Scoped('ADMIN')
@ObjectType({ simpleResolvers: true })
export class SearchTotals {
  @Field(() => Int)
  searches!: number;

  @Field(() => Int, { description: 'That found nothing.' })
  withoutResults!: number;

  @Field(() => Int, { description: 'Of which something was clicked, viewed, put into a cart or purchased.' })
  clicked!: number;

  @Field(() => Int, { description: 'Searches followed by a purchase: a PURCHASE names their `requestId`.' })
  followedByPurchase!: number;

  @Field(() => Float, { description: '`withoutResults` / `searches`; 0 where there are none, as all shares.' })
  noResultShare!: number;

  @Field(() => Float, { description: '`clicked` / `searches`' })
  clickThroughRate!: number;

  @Field(() => Float, { description: '`followedByPurchase` / `searches`' })
  conversionRate!: number;
}

@Scoped('ADMIN')
@ObjectType({ simpleResolvers: true })
export class QueryReport extends SearchTotals {
  @Field(() => String, { description: 'In its most frequent spelling.' })
  query!: string;
}

@Scoped('ADMIN')
@ObjectType({ simpleResolvers: true })
export class RisingQuery extends QueryReport {
  @Field(() => Int, { description: 'Its searches in the span before, of the same length.' })
  before!: number;

  @Field(() => Float, {
    description:
      'How surely its share of all searches has risen: log-likelihood ratio, 4 is what chance does once in twenty.',
  })
  rise!: number;
}

@Scoped('ADMIN')
@ObjectType({ simpleResolvers: true })
export class LowClickQuery extends QueryReport {
  @Field(() => Float, {
    description: "Clicked searches that it lacks of the shop's share, among those that found something.",
  })
  missedClicks!: number;
}

@Scoped('ADMIN')
@ObjectType({ simpleResolvers: true })
export class PositionReport {
  @Field(() => Int, { nullable: true, description: 'From 1 to 20; null: all places further down.' })
  position!: number | null;

  @Field(() => Int, { description: 'Products that first pages showed here.' })
  impressions!: number;

  @Field(() => Int, { description: 'Searches with a click here; further down also on further pages.' })
  clicks!: number;

  @Field(() => Int, { description: 'Searches with a purchase from here.' })
  purchases!: number;

  @Field(() => Float)
  clickThroughRate!: number;

  @Field(() => Float)
  conversionRate!: number;
}

@Scoped('ADMIN')
@ObjectType({ simpleResolvers: true, description: 'What was searched for, by days of the shop, and what came of it.' })
export class SearchReport {
  @Field(() => DateTime, { description: 'The time that all of it is true at.' })
  asOf!: Date;

  @Field(() => DateTime, { description: 'When its first day began.' })
  from!: Date;

  @Field(() => DateTime, { description: 'When its last day ends.' })
  to!: Date;

  @Field(() => SearchTotals)
  totals!: SearchTotals;

  @Field(() => [QueryReport], { description: 'The most frequent queries.' })
  top!: readonly QueryReport[];

  @Field(() => [RisingQuery], { description: 'Queries whose share has grown most surely against the span before.' })
  rising!: readonly RisingQuery[];

  @Field(() => [QueryReport], { description: 'Queries that most often found nothing.' })
  noResult!: readonly QueryReport[];

  @Field(() => [LowClickQuery], {
    description: 'Queries that find something, and of which too little is clicked; where most clicks are missed first.',
  })
  lowClick!: readonly LowClickQuery[];

  @Field(() => [PositionReport])
  byPosition!: readonly PositionReport[];
}
