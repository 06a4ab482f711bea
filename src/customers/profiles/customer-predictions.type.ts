import { Field, Int, ObjectType } from 'type-graphql';
import { DateTime, Float } from '../../graphql/scalars';
import { Money } from '../../graphql/money.type';
import { Scoped } from '../../graphql/scope';

@Scoped('SERVER')
@ObjectType({ description: "Predictions about a customer's purchases within the next days." })
export class CustomerPredictions {
  @Field(() => Int, { description: 'Number of days that the predictions cover, from `asOf`.' })
  horizonDays!: number;

  @Field(() => Float, { description: 'Probability of at least one order, from 0 to 1.' })
  purchaseProbability!: number;

  @Field(() => Money, { description: 'Expected amount of all orders minus returns, at least 0.' })
  expectedAmount!: Money;

  @Field(() => Money, { description: 'Lower end of the interval that contains the amount with 80 % probability.' })
  lowAmount!: Money;

  @Field(() => Money, { description: 'Upper end of the interval that contains the amount with 80 % probability.' })
  highAmount!: Money;

  @Field(() => Float, {
    nullable: true,
    description: 'Probability of no order, from 0 to 1. Null unless the customer has ordered in the last 180 days.',
  })
  churnProbability!: number | null;

  @Field(() => DateTime, { description: 'The time as of which the predictions were computed.' })
  asOf!: Date;
}
