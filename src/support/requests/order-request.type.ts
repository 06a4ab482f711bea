import { Field, InputType, ObjectType } from 'type-graphql';
import { enumType } from '../../graphql/enum-type';
import { connectionOf, type ConnectionPage } from '../../graphql/connection';
import { DateTime, ID } from '../../graphql/scalars';
import { Scoped } from '../../graphql/scope';
import { UserError } from '../../graphql/user-error.type';
import {
  ORDER_REQUEST_KINDS,
  ORDER_REQUEST_OUTCOMES,
  ORDER_REQUEST_STATES,
  type OrderRequestKind,
  type OrderRequestOutcome,
  type OrderRequestState,
} from './order-request';

const OrderRequestKindEnum = enumType('OrderRequestKind', ORDER_REQUEST_KINDS, 'What a customer requests.', {
  CANCEL: 'To cancel the order.',
  CHANGE: 'To change the order, as the text says.',
});

export const OrderRequestStateEnum = enumType('OrderRequestState', ORDER_REQUEST_STATES, 'The state of a request.', {
  REQUESTED: 'The shop has not decided yet.',
  CONFIRMED: 'The shop has confirmed it, or has cancelled the order.',
  DECLINED: 'The shop has declined it, or has shipped the order.',
});

const OrderRequestOutcomeEnum = enumType('OrderRequestOutcome', ORDER_REQUEST_OUTCOMES, 'What the shop has decided.', {
  CONFIRMED: 'The request was done.',
  DECLINED: 'The request is not done.',
});

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

  @Field(() => String, { nullable: true, description: 'Of CHANGE: what it sends to the shop.' })
  text!: string | null;

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

  @Field(() => String, { nullable: true, description: 'Of CHANGE: what the customer has written.' })
  text!: string | null;

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
