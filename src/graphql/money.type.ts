import { Field, InputType, ObjectType } from 'type-graphql';
import { Decimal } from './decimal';
import { Scoped } from './scope';

@Scoped('STOREFRONT')
@ObjectType({ description: 'An exact amount in one currency.' })
export class Money {
  @Field(() => Decimal)
  amount!: string;

  @Field(() => String, { description: 'ISO 4217, such as `EUR`.' })
  currency!: string;
}

@InputType({ description: 'An exact amount in one currency.' })
export class MoneyInput {
  @Field(() => Decimal, { description: 'Up to 12 digits before and 8 after the point.' })
  amount!: string;

  @Field(() => String, { description: 'ISO 4217, such as `EUR`.' })
  currency!: string;
}
