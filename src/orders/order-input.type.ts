import { Field, InputType, Int } from 'type-graphql';
import { enumType } from '../graphql/enum-type';
import { MoneyInput } from '../graphql/money.type';
import { DateTime, ID, JSONObject } from '../graphql/scalars';
import { ORDER_STATUSES, type OrderStatus } from './life-cycle';
import { ORDER_KINDS, PAYMENT_KINDS, type OrderKind, type PaymentKind } from './order-record';

export const OrderStatusEnum = enumType('OrderStatus', ORDER_STATUSES, 'Where an order stands; see docs/orders.md.');
export const OrderKindEnum = enumType(
  'OrderKind',
  ORDER_KINDS,
  'A SALE, or a RETURN (a credit note): goods that come back without naming the order they were bought in.',
);
export const PaymentKindEnum = enumType('PaymentKind', PAYMENT_KINDS, 'Which way the money goes.');

@InputType({ description: 'Absent leaves alone, null clears.' })
export class OrderLineInput {
  @Field(() => ID, { description: 'Within its order. Its purchase is the event `<order>:<line>` of source ORDERS.' })
  id!: string;

  @Field(() => ID, { nullable: true, description: 'A new line needs it; then it stays.' })
  productId?: string | null;

  @Field(() => Int, { nullable: true, description: 'Units, from 1. A new line needs it.' })
  quantity?: number | null;

  @Field(() => MoneyInput, { nullable: true, description: 'Of one unit. A new line needs it; then it stays.' })
  unitPrice?: MoneyInput | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was added. Default: when the order was placed.' })
  placedAt?: Date | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The `requestId` of the list or search that it was chosen from, stored as sent. Default: the order’s.',
  })
  requestId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Where that was shown. Default: the order’s. Up to 100 characters.',
  })
  placement?: string | null;
}

@InputType({ description: 'Absent leaves alone, null clears. A new order needs an owner and a line.' })
export class OrderInput {
  @Field(() => ID, { description: "The shop's own id, without a colon." })
  id!: string;

  @Field(() => OrderKindEnum, { nullable: true, description: 'Default SALE; then it stays.' })
  kind?: OrderKind | null;

  @Field(() => OrderStatusEnum, {
    nullable: true,
    description: 'Where a new order stands already. Of a stored one it is not looked at: see `updateOrderStatus`.',
  })
  status?: OrderStatus | null;

  @Field(() => ID, { nullable: true, description: 'Whose it is. Then it stays; `mergeCustomer` moves it.' })
  customerId?: string | null;

  @Field(() => ID, { nullable: true, description: 'In which visit it was placed; whose it is without a customer.' })
  sessionId?: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Default: that of the earliest line that has one, else now. Then it stays.',
  })
  placedAt?: Date | null;

  @Field(() => [OrderLineInput], { nullable: true, description: 'Lines that are not named stay as they are.' })
  lines?: OrderLineInput[] | null;

  @Field(() => MoneyInput, { nullable: true })
  shipping?: MoneyInput | null;

  @Field(() => MoneyInput, { nullable: true, description: 'That prices do not include.' })
  tax?: MoneyInput | null;

  @Field(() => MoneyInput, { nullable: true })
  discount?: MoneyInput | null;

  @Field(() => MoneyInput, {
    nullable: true,
    description: 'Checked, to the last digit: lines + shipping + tax − discount.',
  })
  total?: MoneyInput | null;

  @Field(() => String, { nullable: true, description: 'Where it came in: web, app, a shop. Up to 100 characters.' })
  source?: string | null;

  @Field(() => String, { nullable: true, description: 'Where what was bought had been shown. Up to 100 characters.' })
  placement?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The `requestId` of the list or search that it was chosen from, stored as sent.',
  })
  requestId?: string | null;

  @Field(() => JSONObject, { nullable: true, description: 'Anything else, up to 4 KB; its purchases carry it.' })
  properties?: Record<string, unknown> | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When this became true. If it is older than the stored order, only missing lines are added. If no line is missing, the order is STALE. Default now.',
  })
  updatedAt?: Date | null;
}

@InputType()
export class RecordOrdersInput {
  @Field(() => [OrderInput], { description: 'Up to 1,000, with up to 5,000 lines together.' })
  orders!: OrderInput[];
}

@InputType()
export class OrderUnitsInput {
  @Field(() => ID, { description: 'The line, within its order.' })
  lineId!: string;

  @Field(() => Int, { description: 'Units, from 1.' })
  quantity!: number;
}

@InputType()
export class UpdateOrderStatusInput {
  @Field(() => ID)
  orderId!: string;

  @Field(() => OrderStatusEnum)
  status!: OrderStatus;

  @Field(() => DateTime, { nullable: true, description: 'Default now. With `lines` it is needed.' })
  occurredAt?: Date | null;

  @Field(() => [OrderUnitsInput], {
    nullable: true,
    description:
      'Only these units (SHIPPED, CANCELLED, RETURNED); the order itself follows when the last of them has gone. Default: all.',
  })
  lines?: OrderUnitsInput[] | null;
}

@InputType()
export class PaymentInput {
  @Field(() => ID, { description: "The payment provider's, or the shop's own: it makes repeats harmless." })
  id!: string;

  @Field(() => ID)
  orderId!: string;

  @Field(() => PaymentKindEnum)
  kind!: PaymentKind;

  @Field(() => MoneyInput, { description: "More than 0, in the order's currency." })
  amount!: MoneyInput;

  @Field(() => DateTime)
  occurredAt!: Date;

  @Field(() => String, { nullable: true, description: 'Such as `card`. Up to 100 characters.' })
  method?: string | null;
}

@InputType()
export class RecordPaymentsInput {
  @Field(() => [PaymentInput], { description: 'Up to 1,000.' })
  payments!: PaymentInput[];
}
