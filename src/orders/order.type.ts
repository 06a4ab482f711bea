import { Field, Int, ObjectType } from 'type-graphql';
import { Product } from '../catalog/product.type';
import { enumType } from '../graphql/enum-type';
import { connectionOf, type ConnectionPage } from '../graphql/connection';
import { ReceiptPayload } from '../graphql/item-error.type';
import { Money } from '../graphql/money.type';
import { DateTime, ID, JSONObject } from '../graphql/scalars';
import { Scoped } from '../graphql/scope';
import type { OrderStatus } from './life-cycle';
import { OrderKindEnum, OrderStatusEnum, PaymentKindEnum } from './order-input.type';
import { PAYMENT_STATES, type OrderKind, type PaymentKind, type PaymentState } from './order-record';

const PaymentStateEnum = enumType('PaymentState', PAYMENT_STATES, 'What payments say, and nothing else.');

@Scoped('STOREFRONT')
@ObjectType({ simpleResolvers: true })
export class OrderLine {
  @Field(() => ID, { description: 'Within its order.' })
  id!: string;

  @Field(() => ID)
  productId!: string;

  @Field(() => Product, { nullable: true, description: 'Null where the catalogue does not have it.' })
  product!: Product | null;

  @Field(() => Int)
  quantity!: number;

  @Field(() => Money)
  unitPrice!: Money;

  @Field(() => Money, { description: 'quantity × unitPrice.' })
  amount!: Money;

  @Field(() => DateTime)
  placedAt!: Date;

  @Field(() => Int, { description: 'Units, of the quantity.' })
  shippedQuantity!: number;

  @Field(() => Int, { description: 'Units, of the quantity.' })
  cancelledQuantity!: number;

  @Field(() => Int, { description: 'Units, of those shipped.' })
  returnedQuantity!: number;

  @Field(() => String, { nullable: true })
  placement!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The `requestId` of the list or search that it was chosen from, as sent.',
  })
  requestId!: string | null;
}

@Scoped('STOREFRONT')
@ObjectType({ simpleResolvers: true })
class Payment {
  @Field(() => ID)
  id!: string;

  @Field(() => PaymentKindEnum)
  kind!: PaymentKind;

  @Field(() => Money)
  amount!: Money;

  @Field(() => DateTime)
  occurredAt!: Date;

  @Field(() => String, { nullable: true })
  method!: string | null;
}

@Scoped('STOREFRONT')
@ObjectType({ simpleResolvers: true })
export class OrderUnits {
  @Field(() => ID, { description: 'The line, within its order.' })
  lineId!: string;

  @Field(() => Int, { description: 'Units of the line.' })
  quantity!: number;
}

@Scoped('STOREFRONT')
@ObjectType({ simpleResolvers: true })
export class OrderMove {
  @Field(() => OrderStatusEnum)
  status!: OrderStatus;

  @Field(() => DateTime)
  occurredAt!: Date;

  @Field(() => DateTime)
  recordedAt!: Date;

  @Scoped('SERVER')
  @Field(() => String, {
    description: 'The key that said so, `import`, or what it followed from: `units`, `payments`, `shipments`.',
  })
  movedBy!: string;

  @Field(() => [OrderUnits], { nullable: true, description: 'The units that were moved. Null: the order itself.' })
  lines!: OrderUnits[] | null;
}

@Scoped('STOREFRONT')
@ObjectType({ simpleResolvers: true })
export class Order {
  @Field(() => ID)
  id!: string;

  @Field(() => OrderKindEnum)
  kind!: OrderKind;

  @Field(() => OrderStatusEnum)
  status!: OrderStatus;

  @Field(() => PaymentStateEnum)
  paymentState!: PaymentState;

  @Field(() => ID, { nullable: true, description: 'Null with the token of a guest or the key of an operator.' })
  customerId!: string | null;

  @Field(() => ID, { nullable: true, description: 'Null with the token of a guest or the key of an operator.' })
  sessionId!: string | null;

  @Field(() => DateTime)
  placedAt!: Date;

  @Field(() => DateTime, { description: 'Of what `recordOrders` said.' })
  updatedAt!: Date;

  @Field(() => [OrderLine])
  lines!: OrderLine[];

  @Field(() => Money, { description: 'Of the lines.' })
  subtotal!: Money;

  @Field(() => Money)
  shipping!: Money;

  @Field(() => Money, { description: 'That prices do not include.' })
  tax!: Money;

  @Field(() => Money)
  discount!: Money;

  @Field(() => Money, { description: 'subtotal + shipping + tax − discount, to the last digit.' })
  total!: Money;

  @Field(() => Money, { description: 'What is to be paid: the total without cancelled units; 0 when all are.' })
  due!: Money;

  @Field(() => Money, { description: 'The sum of charges.' })
  charged!: Money;

  @Field(() => Money, { description: 'The sum of refunds.' })
  refunded!: Money;

  @Field(() => [Payment], { description: 'Oldest first. With the key of an operator: none.' })
  payments!: Payment[];

  @Field(() => [OrderMove], { description: 'How it came to stand where it does, oldest first.' })
  history!: OrderMove[];

  @Field(() => DateTime, {
    nullable: true,
    description:
      'The end of the last day on which it may be returned: `RETURN_DAYS` days after its delivery, in `TIME_ZONE`. Null if it is not DELIVERED, if the recorded delivery is not after `placedAt`, or if `RETURN_DAYS` is not set.',
  })
  returnableUntil!: Date | null;

  @Field(() => String, { nullable: true, description: 'Where it came in.' })
  source!: string | null;

  @Field(() => String, { nullable: true })
  placement!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The `requestId` of the list or search that it was chosen from, as sent.',
  })
  requestId!: string | null;

  @Scoped('SERVER')
  @Field(() => JSONObject, { nullable: true })
  properties!: Readonly<Record<string, unknown>> | null;

  @Field(() => String, { description: 'The position of its newest change.' })
  revision!: string;

  @Field(() => DateTime, { description: 'When it was so.' })
  asOf!: Date;
}

export const OrderConnection = connectionOf(Order, 'Order', 'STOREFRONT');
export type OrderConnection = ConnectionPage<Order>;

@Scoped('SERVER')
@ObjectType()
class WriteOrdersPayload extends ReceiptPayload {
  @Field(() => Int, { description: 'Items that are now as asked, whether or not that changed anything.' })
  accepted!: number;

  @Field(() => Int, { description: 'Of these, items that were so already.' })
  unchanged!: number;
}

@ObjectType()
export class RecordOrdersPayload extends WriteOrdersPayload {
  @Field(() => Int, { description: 'Lines that are new, or not what they were.' })
  changedLines!: number;
}

@ObjectType()
export class RecordPaymentsPayload extends WriteOrdersPayload {}

@Scoped('SERVER')
@ObjectType()
export class UpdateOrderStatusPayload extends ReceiptPayload {
  @Field(() => Order, { nullable: true, description: 'As it is now; null where there is no such order.' })
  order!: Order | null;
}
