import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { enumType } from '../graphql/enum-type';
import { ItemErrorsPayload } from '../graphql/item-error.type';
import { DateTime, ID } from '../graphql/scalars';
import { Scoped } from '../graphql/scope';
import type { AlertSeverity } from './alert-severity';
import { AlertSeverityEnum } from './alert-severity.type';
import { WEBHOOK_EVENTS, type WebhookEvent } from './webhook-event';

const WebhookEventEnum = enumType('WebhookEvent', WEBHOOK_EVENTS, undefined, {
  ALERTS: 'An alert fires or is resolved.',
  SEGMENT_CHANGES: 'Customers enter or leave segments.',
  SHIPMENTS: 'A parcel reaches a status that its customer should hear of, is late, or turns out to be in time.',
  ORDER_REQUESTS:
    'A customer requests, in a conversation, to cancel, change or return an order, or reports a problem with it.',
});

export type DeliveryState = 'WAITING' | 'DELIVERED' | 'FAILED';
const DeliveryStateEnum: Record<DeliveryState, DeliveryState> = enumType(
  'DeliveryState',
  ['WAITING', 'DELIVERED', 'FAILED'],
  undefined,
  {
    WAITING: 'Not tried yet, or to be tried again.',
    DELIVERED: 'Answered with a status from 200 to 299.',
    FAILED: 'Given up after fourteen attempts.',
  },
);

@Scoped('ADMIN')
@ObjectType({
  simpleResolvers: true,
  description:
    'One transition of an alert, one change of a shipment, one request about an order, or the changes of segments at one log position, on its way to one webhook.',
})
export class WebhookDelivery {
  @Field(() => ID, { description: 'The same at every attempt; sent as the header `webhook-id`.' })
  id!: string;

  @Field(() => ID)
  webhookId!: string;

  @Field(() => ID, { nullable: true, description: 'Null unless it is about an alert.' })
  alertId!: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Of the alert: which of its transitions. Of the shipment: its revision. Of the order: which of its requests.',
  })
  revision!: number | null;

  @Field(() => String, { nullable: true, description: 'The log position of changes of segments; else null.' })
  position!: string | null;

  @Field(() => ID, { nullable: true, description: 'The shipment that it is about; else null.' })
  shipmentId!: string | null;

  @Field(() => ID, { nullable: true, description: 'The order whose request it is about; else null.' })
  orderId!: string | null;

  @Field(() => DeliveryStateEnum)
  state!: DeliveryState;

  @Field(() => Int)
  attempts!: number;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it is tried next.' })
  nextAttemptAt!: Date | null;

  @Field(() => DateTime, { nullable: true })
  deliveredAt!: Date | null;

  @Field(() => Int, { nullable: true, description: 'HTTP, of the newest attempt; none where nothing was answered.' })
  lastStatus!: number | null;

  @Field(() => String, { nullable: true, description: 'Why the newest attempt failed.' })
  lastError!: string | null;
}

@Scoped('ADMIN')
@ObjectType({
  simpleResolvers: true,
  description: 'A URL that receives alerts, changes of segments, changes of shipments or requests about orders.',
})
export class AlertWebhook {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  url!: string;

  @Field(() => AlertSeverityEnum, { description: 'Only alerts at least as grave.' })
  minSeverity!: AlertSeverity;

  @Field(() => [ID], { description: 'Only alerts of these rules; empty: of any.' })
  rules!: readonly string[];

  @Field(() => [WebhookEventEnum], { description: 'What it receives.' })
  events!: readonly WebhookEvent[];

  @Field(() => [ID], { description: 'Only changes of these segments; empty: of any.' })
  segmentIds!: readonly string[];

  @Field(() => DateTime)
  createdAt!: Date;
}

@InputType()
export class CreateAlertWebhookInput {
  @Field(() => String, {
    description:
      'http or https, without a password; a public address, or one that WEBHOOK_NETWORKS allows. Up to 2,000 characters.',
  })
  url!: string;

  @Field(() => AlertSeverityEnum, { nullable: true, defaultValue: 'INFO' })
  minSeverity?: AlertSeverity | null;

  @Field(() => [ID], { nullable: true, description: 'Up to 100.' })
  rules?: string[] | null;

  @Field(() => [WebhookEventEnum], {
    nullable: true,
    defaultValue: ['ALERTS'],
    description: 'What it receives, at least one. Default: alerts only.',
  })
  events?: WebhookEvent[] | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'Only changes of these segments, up to 100. Default: of all.',
  })
  segmentIds?: string[] | null;
}

@Scoped('ADMIN')
@ObjectType()
export class CreateAlertWebhookPayload extends ItemErrorsPayload {
  @Field(() => AlertWebhook, { nullable: true })
  webhook!: AlertWebhook | null;

  @Field(() => String, {
    nullable: true,
    description: 'Signs the requests, following the Standard Webhooks specification. Returned only here.',
  })
  secret!: string | null;
}

@InputType()
export class DeleteAlertWebhookInput {
  @Field(() => ID)
  id!: string;
}

@Scoped('ADMIN')
@ObjectType()
export class DeleteAlertWebhookPayload extends ItemErrorsPayload {}

@InputType()
export class TestAlertWebhookInput {
  @Field(() => ID)
  id!: string;
}

@Scoped('ADMIN')
@ObjectType({ description: 'How a test went.' })
export class TestAlertWebhookPayload extends ItemErrorsPayload {
  @Field(() => Boolean, { description: 'It was answered with a status from 200 to 299.' })
  delivered!: boolean;

  @Field(() => Int, { nullable: true, description: 'HTTP; none where nothing was answered.' })
  status!: number | null;

  @Field(() => String, { nullable: true, description: 'Why it was not delivered.' })
  reason!: string | null;

  @Field(() => Int, { nullable: true, description: 'That it took.' })
  milliseconds!: number | null;
}
