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
  @Field(() => Decimal)
  amount!: string;

  @Field(() => String, { description: 'ISO 4217, such as `EUR`.' })
  currency!: string;
}

/**
 * What is wrong with an amount, in words, or `undefined`. Checked by hand because in a batch one wrong amount is that
 * item's error, not the request's.
 */
export function faultOfMoney(money: MoneyInput): { readonly path: 'currency'; readonly message: string } | undefined {
  if (/^[A-Z]{3}$/.test(money.currency)) return undefined;
  return { path: 'currency', message: 'currency is not an ISO 4217 code such as EUR' };
}
