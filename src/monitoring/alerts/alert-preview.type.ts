import { Field, Int, ObjectType } from 'type-graphql';
import { ItemError } from '../../graphql/item-error.type';
import { DateTime, Float, JSONObject } from '../../graphql/scalars';
import { Scoped } from '../../graphql/scope';
import { AlertStateEnum } from './alert-enums.type';
import type { AlertState } from './alert-rule';

@Scoped('ADMIN')
@ObjectType({ simpleResolvers: true, description: 'An alert that there would have been.' })
class PreviewedAlert {
  @Field(() => String, { description: 'As of an alert.' })
  key!: string;

  @Field(() => AlertStateEnum, { description: 'In which it would stand now.' })
  state!: AlertState;

  @Field(() => DateTime)
  startedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'None: its condition did not hold for long enough.' })
  firedAt!: Date | null;

  @Field(() => DateTime, { nullable: true })
  resolvedAt!: Date | null;

  @Field(() => JSONObject, { description: 'What its conditions looked at when its state last changed.' })
  observed!: Record<string, unknown>;
}

@Scoped('ADMIN')
@ObjectType({ simpleResolvers: true, description: 'Between what a number was that the conditions look at.' })
class ObservedRange {
  @Field(() => String, { description: 'Without `window`, `operation` or `system`.' })
  name!: string;

  @Field(() => Float)
  least!: number;

  @Field(() => Float)
  greatest!: number;
}

@Scoped('ADMIN')
@ObjectType({ simpleResolvers: true, description: 'When a rule would have fired lately, and cleared.' })
export class AlertRulePreview {
  @Field(() => DateTime, { nullable: true, description: 'When the past that is known begins; none: nothing is.' })
  from!: Date | null;

  @Field(() => DateTime, { nullable: true })
  to!: Date | null;

  @Field(() => Int, { description: 'Times that there was something else to look at.' })
  looks!: number;

  @Field(() => Int, { description: 'Alerts that would have fired.' })
  fired!: number;

  @Field(() => Int, { description: 'Those that would only have been pending, too.' })
  raised!: number;

  @Field(() => [PreviewedAlert], { description: 'The newest 100, the newest first.' })
  alerts!: PreviewedAlert[];

  @Field(() => [ObservedRange])
  observed!: ObservedRange[];

  @Field(() => [ItemError], { description: 'What is wrong with the rule, as when it is saved.' })
  errors!: ItemError[];
}
