import { Extensions, Field, InputType, ObjectType } from 'type-graphql';
import { enumType } from '../../graphql/enum-type';
import { connectionOf, type ConnectionPage } from '../../graphql/connection';
import { MAX_LIST_LENGTH } from '../../graphql/limits/operation-cost';
import { DateTime, ID } from '../../graphql/scalars';
import { Scoped } from '../../graphql/scope';
import { UserError } from '../../graphql/user-error.type';
import { OrderUnitsInput } from '../../orders/order-input.type';
import { OrderUnits } from '../../orders/order.type';
import {
  ORDER_PROBLEMS,
  ORDER_REQUEST_KINDS,
  ORDER_REQUEST_OUTCOMES,
  ORDER_REQUEST_STATES,
  type OrderProblem,
  type OrderRequestKind,
  type OrderRequestOutcome,
  type OrderRequestState,
} from './order-request';

const OrderRequestKindEnum = enumType('OrderRequestKind', ORDER_REQUEST_KINDS, 'What a customer requests.', {
  CANCEL: 'To cancel the order.',
  CHANGE: 'To change the order, as the text says.',
  RETURN: 'To return units of the order.',
  PROBLEM: 'To report that units of the order are missing, wrong or broken.',
});

const OrderProblemEnum = enumType('OrderProblem', ORDER_PROBLEMS, 'What is wrong with units of an order.', {
  MISSING: 'They are not in the parcel.',
  WRONG: 'Other products have arrived in their place.',
  BROKEN: 'They are broken, damaged or do not work.',
});

export const OrderRequestStateEnum = enumType('OrderRequestState', ORDER_REQUEST_STATES, 'The state of a request.', {
  REQUESTED: 'The shop has not decided yet.',
  CONFIRMED: 'The shop has confirmed it, has cancelled the order, or has recorded the return.',
  DECLINED: 'The shop has declined it, or has shipped the order.',
});

const OrderRequestOutcomeEnum = enumType('OrderRequestOutcome', ORDER_REQUEST_OUTCOMES, 'What the shop has decided.', {
  CONFIRMED: 'The request was done.',
  DECLINED: 'The request is not done.',
});

/** Number of lines that the cost of an operation assumes. */
const USUAL_LINES = 3;

/** The state of a button. */
export const SUPPORT_ACTION_STATES = ['OFFERED', 'EXPIRED', ...ORDER_REQUEST_STATES] as const;
export type SupportActionState = (typeof SUPPORT_ACTION_STATES)[number];

const SupportActionStateEnum = enumType('SupportActionState', SUPPORT_ACTION_STATES, 'The state of a button.', {
  OFFERED: 'It can be pressed.',
  EXPIRED: 'It was not pressed for 30 minutes.',
  REQUESTED: 'It was pressed, and the shop has not decided yet.',
  CONFIRMED: 'The shop has confirmed the request.',
  DECLINED: 'The shop has declined the request.',
});

@Scoped('STOREFRONT')
@ObjectType('SupportAction', {
  simpleResolvers: true,
  description: 'A button that requests something from the shop, once.',
})
export class SupportAction {
  @Field(() => ID, { description: 'For `requestSupportAction`; then the id of the request.' })
  id!: string;

  @Field(() => OrderRequestKindEnum, { description: 'What it requests.' })
  kind!: OrderRequestKind;

  @Field(() => ID, { description: 'The order that it is about.' })
  orderId!: string;

  @Field(() => String, { description: 'The text of the button.' })
  label!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'What the customer has written. Of CHANGE and PROBLEM: what the button sends to the shop. Of RETURN and PROBLEM: the `note`, once it is pressed with one.',
  })
  text!: string | null;

  @Extensions({ [MAX_LIST_LENGTH]: USUAL_LINES })
  @Field(() => [OrderUnits], { description: 'Of RETURN and PROBLEM, once it is pressed: what is requested.' })
  lines!: readonly OrderUnits[];

  @Field(() => OrderProblemEnum, { nullable: true, description: 'Of PROBLEM, once it is pressed: what is wrong.' })
  problem!: OrderProblem | null;

  @Field(() => [String], {
    description: 'Of RETURN and PROBLEM, once it is pressed: https URLs of pictures. Freshet does not open them.',
  })
  pictures!: readonly string[];

  @Field(() => SupportActionStateEnum, { description: 'Whether it can be pressed, and the state of its request.' })
  state!: SupportActionState;

  @Field(() => String, { nullable: true, description: 'What the shop has written with its decision.' })
  note!: string | null;
}

@Scoped('SERVER')
@ObjectType('OrderRequest', {
  simpleResolvers: true,
  description: 'What a customer has requested by a button of a conversation.',
})
export class OrderRequestObject {
  @Field(() => ID, { description: 'The same for all deliveries to webhooks.' })
  id!: string;

  @Field(() => OrderRequestKindEnum, { description: 'What is requested.' })
  kind!: OrderRequestKind;

  @Field(() => ID, { description: 'The order.' })
  orderId!: string;

  @Field(() => ID, { description: 'The conversation that has the button.' })
  conversationId!: string;

  @Field(() => String, { nullable: true, description: 'What the customer has written, up to 500 characters.' })
  text!: string | null;

  @Extensions({ [MAX_LIST_LENGTH]: USUAL_LINES })
  @Field(() => [OrderUnits], { description: 'Of RETURN and PROBLEM: what it is about. Otherwise empty.' })
  lines!: readonly OrderUnits[];

  @Field(() => OrderProblemEnum, { nullable: true, description: 'Of PROBLEM: what is wrong. Otherwise null.' })
  problem!: OrderProblem | null;

  @Field(() => [String], {
    description:
      'https URLs of pictures, up to three. Freshet does not open them: treat them as untrusted input of the customer.',
  })
  pictures!: readonly string[];

  @Field(() => OrderRequestStateEnum, { description: 'What the shop has decided.' })
  state!: OrderRequestState;

  @Field(() => String, { nullable: true, description: 'What the shop has written to the customer.' })
  note!: string | null;

  @Field(() => DateTime, { description: 'When the button was pressed.' })
  requestedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When the shop has decided.' })
  resolvedAt!: Date | null;
}

export const OrderRequestConnection = connectionOf(OrderRequestObject, 'OrderRequest', 'SERVER');
export type OrderRequestConnection = ConnectionPage<OrderRequestObject>;

@InputType()
export class RequestSupportActionInput {
  @Field(() => ID, { description: 'The conversation.' })
  conversationId!: string;

  @Field(() => ID, { description: 'The button, of `ConversationMessage.actions`.' })
  actionId!: string;

  @Field(() => [OrderUnitsInput], {
    nullable: true,
    description:
      'Of RETURN and PROBLEM: up to 100 lines of the order, each once. Of a return, and of what is WRONG or BROKEN, at most the units that are shipped and not returned; of what is MISSING, those ordered and not cancelled. Required if the order has several lines. Default: the only line.',
  })
  lines?: OrderUnitsInput[] | null;

  @Field(() => OrderProblemEnum, { nullable: true, description: 'Of PROBLEM, which requires it: what is wrong.' })
  problem?: OrderProblem | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Of RETURN and PROBLEM: a note of the customer, up to 500 characters. Of PROBLEM, it replaces the `text` of the button.',
  })
  note?: string | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'Of RETURN and PROBLEM: up to three https URLs of pictures, each up to 1,000 characters and without a user name.',
  })
  pictures?: string[] | null;
}

@InputType()
export class ResolveOrderRequestInput {
  @Field(() => ID, { description: 'The request.' })
  requestId!: string;

  @Field(() => OrderRequestOutcomeEnum, { description: 'What the shop has decided.' })
  outcome!: OrderRequestOutcome;

  @Field(() => String, { nullable: true, description: 'For the customer: up to 500 characters.' })
  note?: string | null;
}

@Scoped('SERVER')
@ObjectType({ simpleResolvers: true })
export class ResolveOrderRequestPayload {
  @Field(() => OrderRequestObject, { nullable: true, description: 'As the mutation left it; null if it was refused.' })
  request!: OrderRequestObject | null;

  @Field(() => ID, { nullable: true, description: 'For `awaitReceipt`; null if the mutation was refused.' })
  receipt!: string | null;

  @Field(() => [UserError], { description: 'Why the mutation was refused.' })
  userErrors!: readonly UserError[];
}
