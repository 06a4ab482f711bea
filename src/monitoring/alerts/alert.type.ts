import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { connectionOf, type ConnectionPage } from '../../graphql/connection';
import { ItemErrorsPayload } from '../../graphql/item-error.type';
import { DateTime, ID, JSONObject } from '../../graphql/scalars';
import { Scoped } from '../../graphql/scope';
import { AlertSourceEnum, AlertStateEnum, NoDataEnum, WindowChoiceEnum } from './alert-enums.type';
import type { AlertSource, AlertState, NoData, WindowChoice } from './alert-rule';
import type { AlertSeverity } from '../../webhooks/alert-severity';
import { AlertSeverityEnum } from '../../webhooks/alert-severity.type';

@Scoped('ADMIN')
@ObjectType({ simpleResolvers: true, description: 'What somebody wants to be told of.' })
export class AlertRule {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { nullable: true })
  description!: string | null;

  @Field(() => AlertSourceEnum)
  source!: AlertSource;

  @Field(() => ID, { nullable: true })
  stream!: string | null;

  @Field(() => WindowChoiceEnum)
  which!: WindowChoice;

  @Field(() => Int, { description: 'Of OPERATIONS: over how much of the past.' })
  windowSeconds!: number;

  @Field(() => [String], { nullable: true })
  keys!: readonly string[] | null;

  @Field(() => String)
  condition!: string;

  @Field(() => String, { nullable: true })
  clearCondition!: string | null;

  @Field(() => Int)
  forSeconds!: number;

  @Field(() => NoDataEnum)
  noData!: NoData;

  @Field(() => AlertSeverityEnum)
  severity!: AlertSeverity;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Webhooks are not told that anything fires until then; alerts go on.',
  })
  silencedUntil!: Date | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why it can’t be evaluated. Its alerts stay as they are meanwhile.',
  })
  fault!: string | null;

  @Field(() => DateTime, { nullable: true })
  evaluatedAt!: Date | null;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime)
  updatedAt!: Date;
}

@Scoped('ADMIN')
@ObjectType({
  simpleResolvers: true,
  description: 'One time that a rule’s condition was met for a key, from when it was first met to when it was over.',
})
export class Alert {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  ruleId!: string;

  @Field(() => String, { description: 'Of the stream; of OPERATIONS the root field, of SYSTEM empty.' })
  key!: string;

  @Field(() => AlertStateEnum)
  state!: AlertState;

  @Field(() => AlertSeverityEnum)
  severity!: AlertSeverity;

  @Field(() => Int, { description: 'Grows with whatever happens to it.' })
  revision!: number;

  @Field(() => JSONObject, { description: 'What its conditions looked at when its state last changed.' })
  observed!: Record<string, unknown>;

  @Field(() => DateTime, { description: 'When its condition was first met.' })
  startedAt!: Date;

  @Field(() => DateTime, { nullable: true })
  firedAt!: Date | null;

  @Field(() => DateTime, { nullable: true })
  resolvedAt!: Date | null;

  @Field(() => DateTime, { nullable: true })
  acknowledgedAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'The key that did it.' })
  acknowledgedBy!: string | null;

  @Field(() => String, { nullable: true, description: 'Of who acknowledged it.' })
  note!: string | null;
}

@Scoped('ADMIN')
@ObjectType({ simpleResolvers: true })
export class AlertTransition {
  @Field(() => Int)
  revision!: number;

  @Field(() => String, { description: 'PENDING, FIRING, RESOLVED or ACKNOWLEDGED.' })
  state!: string;

  @Field(() => DateTime)
  at!: Date;

  @Field(() => String, {
    nullable: true,
    description: 'The key that acknowledged it, or why it ended otherwise than by its condition.',
  })
  by!: string | null;

  @Field(() => JSONObject)
  observed!: Record<string, unknown>;
}

export const AlertConnection = connectionOf(Alert, 'Alert', 'ADMIN');
export type AlertConnection = ConnectionPage<Alert>;

@InputType({ description: 'An alert rule, whole.' })
export class AlertRuleInput {
  @Field(() => ID, { description: 'Letters, digits, `-`, `_`, `.`; up to 100.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'Sent with its alerts; up to 1,000 characters.' })
  description?: string | null;

  @Field(() => AlertSourceEnum)
  source!: AlertSource;

  @Field(() => ID, { nullable: true, description: 'Of WINDOWS: with tumbling or hopping windows.' })
  stream?: string | null;

  @Field(() => WindowChoiceEnum, { nullable: true, defaultValue: 'COMPLETE', description: 'Of WINDOWS.' })
  which?: WindowChoice | null;

  @Field(() => String, {
    nullable: true,
    defaultValue: 'PT1M',
    description: 'Of OPERATIONS: over how much of the past. ISO 8601, PT10S to PT5M.',
  })
  window?: string | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'Of WINDOWS and OPERATIONS: only these, whether or not anything has ever come of them; up to 1,000, each of up to 500 characters. None: all that are known.',
  })
  keys?: string[] | null;

  @Field(() => String, {
    description:
      'CEL over `window`, `operation` or `system`; what rests on something missing is not met. Up to 4,096 characters.',
  })
  condition!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'CEL: an alert that fires ends when this holds and the condition does not. None: when the condition does not. Up to 4,096 characters.',
  })
  clearCondition?: string | null;

  @Field(() => String, {
    nullable: true,
    defaultValue: 'PT0S',
    description: 'ISO 8601, up to P7D: how long the condition has to hold before the alert fires.',
  })
  for?: string | null;

  @Field(() => NoDataEnum, {
    nullable: true,
    defaultValue: 'ZERO',
    description: 'Where a key has no window, or an operation no answers.',
  })
  noData?: NoData | null;

  @Field(() => AlertSeverityEnum, { nullable: true, defaultValue: 'WARNING' })
  severity?: AlertSeverity | null;
}

@InputType()
export class CreateAlertRuleInput {
  @Field(() => AlertRuleInput)
  rule!: AlertRuleInput;
}

@InputType()
export class UpdateAlertRuleInput {
  @Field(() => AlertRuleInput, {
    description: 'Takes the place of the one with this id; its alerts are judged by it from now on.',
  })
  rule!: AlertRuleInput;
}

@InputType()
export class SilenceAlertRuleInput {
  @Field(() => ID)
  id!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: 'None: no longer. Webhooks are then told of what still fires.',
  })
  until?: Date | null;
}

@InputType()
export class DeleteAlertRuleInput {
  @Field(() => ID)
  id!: string;
}

@InputType()
export class AcknowledgeAlertInput {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { nullable: true, description: 'Up to 1,000 characters.' })
  note?: string | null;
}

@Scoped('ADMIN')
@ObjectType()
export class AlertRulePayload extends ItemErrorsPayload {
  @Field(() => AlertRule, { nullable: true })
  rule!: AlertRule | null;
}

@ObjectType()
export class CreateAlertRulePayload extends AlertRulePayload {}

@ObjectType()
export class UpdateAlertRulePayload extends AlertRulePayload {}

@ObjectType()
export class SilenceAlertRulePayload extends AlertRulePayload {}

@Scoped('ADMIN')
@ObjectType()
export class DeleteAlertRulePayload extends ItemErrorsPayload {}

@Scoped('ADMIN')
@ObjectType()
export class AcknowledgeAlertPayload extends ItemErrorsPayload {
  @Field(() => Alert, { nullable: true })
  alert!: Alert | null;
}
