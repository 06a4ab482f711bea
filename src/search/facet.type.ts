import { Extensions, Field, InputType, Int, ObjectType } from 'type-graphql';
import { Float } from '../graphql/scalars';
import { COUNTED_BY } from '../graphql/limits/operation-cost';
import { Scoped } from '../graphql/scope';

const FIELD =
  '`brand`, `categories`, `availability`, `language` or `attributes.NAME`; of numbers `price`, `discount` (0 … 1), `rating` or `attributes.NAME`.';

@InputType({
  description:
    'Values with their counts; or, with `interval` or `boundaries`, ranges of a number. `price`, `discount` and `rating` need one of both.',
})
export class FacetRequest {
  @Field(() => String, { description: FIELD })
  field!: string;

  @Field(() => Int, { nullable: true, description: 'The most frequent values. Default 10, up to 100.' })
  first?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Of `categories`: only those directly below this path; "" for the roots. It may have any length.',
  })
  parent?: string | null;

  @Field(() => Float, { nullable: true, description: 'A histogram: ranges so wide, from multiples of it. Above 0.' })
  interval?: number | null;

  @Field(() => [Float], { nullable: true, description: 'Ranges between each two of these, ascending. 2 to 100.' })
  boundaries?: number[] | null;
}

@InputType({ description: 'Either `values`, or `from` and `to`, or one of both.' })
export class FacetFilter {
  @Field(() => String, { description: FIELD })
  field!: string;

  @Field(() => [String], {
    nullable: true,
    description: 'One of these; of `categories` a path means all below it. Up to 100, of any length.',
  })
  values?: string[] | null;

  @Field(() => Float, { nullable: true, description: 'Included.' })
  from?: number | null;

  @Field(() => Float, { nullable: true, description: 'Not included.' })
  to?: number | null;
}

@Scoped('STOREFRONT')
@ObjectType({ simpleResolvers: true })
class FacetValue {
  @Field(() => String)
  value!: string;

  @Field(() => Int, { description: 'What `totalCount` would be with this value alone chosen of the facet.' })
  count!: number;

  @Field(() => Boolean, { description: 'Whether `facetFilters` name it.' })
  selected!: boolean;
}

@Scoped('STOREFRONT')
@ObjectType({ simpleResolvers: true })
class FacetRange {
  @Field(() => Float, { description: 'Included.' })
  from!: number;

  @Field(() => Float, { description: 'Not included.' })
  to!: number;

  @Field(() => Int)
  count!: number;
}

@Scoped('STOREFRONT')
@ObjectType({
  simpleResolvers: true,
  description:
    "Counts over all that matches, exactly. A facet's own filter does not count, so that its other values stay.",
})
export class Facet {
  @Field(() => String)
  field!: string;

  @Extensions({ [COUNTED_BY]: 'facetValues' })
  @Field(() => [FacetValue], { description: 'The most frequent first, and those that are chosen.' })
  values!: readonly FacetValue[];

  @Field(() => Int, { description: 'Different values that there are.' })
  distinctCount!: number;

  @Extensions({ [COUNTED_BY]: 'facetRanges' })
  @Field(() => [FacetRange], { description: 'Ascending; of a histogram those that have something in them.' })
  ranges!: readonly FacetRange[];

  @Field(() => Float, { nullable: true, description: 'Of a number: the least there is.' })
  minimum!: number | null;

  @Field(() => Float, { nullable: true, description: 'Of a number: the largest there is.' })
  maximum!: number | null;
}
