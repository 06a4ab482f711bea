import { Field, InputType, ObjectType } from 'type-graphql';
import { Float, ID } from '../../graphql/scalars';
import { Money } from '../../graphql/money.type';
import { Scoped } from '../../graphql/scope';
import { UserError } from '../../graphql/user-error.type';

@Scoped('SERVER')
@ObjectType({ description: "Typical figures of a segment's customers, as of the fit of the active version." })
export class SegmentFigures {
  @Field(() => Float, { description: 'Median number of days since the last order.' })
  recencyDays!: number;

  @Field(() => Float, { description: 'Mean number of orders.' })
  orderCount!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Median number of days between orders; null if all ordered once.',
  })
  daysBetweenOrders!: number | null;

  @Field(() => Money, { description: 'Median over the customers of their mean amount of an order.' })
  orderAmount!: Money;

  @Field(() => Money, { description: 'Median over the customers of the amount of their orders minus returns.' })
  netAmount!: Money;

  @Field(() => Float, { description: 'Mean share of the amount that was bought below the list price, from 0 to 1.' })
  discountShare!: number;
}

@Scoped('SERVER')
@ObjectType('Segment', { description: 'A group of customers with similar purchases.' })
export class ListedSegment {
  @Field(() => ID, {
    description:
      'The same in all versions of the model while the segment continues. `NEW`: too few orders for a segment.',
  })
  id!: string;

  @Field(() => String, { description: 'The name that an operator has given, or the generated one.' })
  name!: string;

  @Field(() => String, { description: 'The name that says what distinguishes the segment.' })
  generatedName!: string;

  @Field(() => String, { description: 'One sentence with typical figures.' })
  description!: string;

  @Field(() => SegmentFigures, { nullable: true, description: 'Null for `NEW`.' })
  figures!: SegmentFigures | null;
}

@InputType()
export class RenameSegmentInput {
  @Field(() => ID)
  id!: string;

  @Field(() => String, {
    nullable: true,
    description: 'From 1 to 100 characters. Null restores the generated name.',
  })
  name?: string | null;
}

@Scoped('ADMIN')
@ObjectType()
export class RenameSegmentPayload {
  @Field(() => ListedSegment, { nullable: true })
  segment!: ListedSegment | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}
