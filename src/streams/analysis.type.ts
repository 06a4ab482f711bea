import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { EventTypeEnum } from '../events/event.type';
import type { EventType } from '../events/log-event';
import { enumType } from '../graphql/enum-type';
import { DateTime } from '../graphql/scalars';
import { Scoped } from '../graphql/scope';
import { DefinitionInput, StreamWindow } from './definition.type';
import { WindowValue } from './window.type';

const DimensionsEnum = enumType('AnalysisDimensions', ['AS_OF_EVENT', 'TODAY'], undefined, {
  AS_OF_EVENT: 'As they were when the event came in: what a stream counts by.',
  TODAY: 'As they are now, also of events that came in before them.',
});
type Dimensions = keyof typeof DimensionsEnum;

@InputType()
class AnalysisOrderInput {
  @Field(() => String, {
    description: 'The name of an aggregate; of QUANTILES, the first one counts. Names have up to 64 characters.',
  })
  value!: string;

  @Field(() => Boolean, { nullable: true, defaultValue: true })
  descending?: boolean | null;
}

@InputType({ description: 'A stream’s definition, asked once of a stretch of the past.' })
export class AnalyzeInput extends DefinitionInput {
  @Field(() => DateTime, { description: 'Events that happened at or after it…' })
  from!: Date;

  @Field(() => DateTime, { description: '…and before this.' })
  to!: Date;

  @Field(() => [EventTypeEnum], { nullable: true, description: 'Of which events. None: all.' })
  types?: EventType[] | null;

  @Field(() => StreamWindow, {
    nullable: true,
    description: 'None: one, from `from` to `to`. Of windows that lie across these, what is between them counts.',
  })
  window?: StreamWindow | null;

  @Field(() => String, {
    nullable: true,
    description: 'ISO 8601: leaves out what a stream of this lateness leaves out. None: all that is in the log counts.',
  })
  lateness?: string | null;

  @Field(() => DimensionsEnum, {
    nullable: true,
    defaultValue: 'AS_OF_EVENT',
    description: 'Which `product` and `customer` expressions read.',
  })
  dimensions?: Dimensions | null;

  @Field(() => AnalysisOrderInput, { nullable: true, description: 'None: by start and key.' })
  orderBy?: AnalysisOrderInput | null;

  @Field(() => Int, { nullable: true, defaultValue: 100, description: 'Rows that are answered, up to 1,000.' })
  most?: number | null;
}

@Scoped('ADMIN')
@ObjectType({ simpleResolvers: true, description: 'Events of one key and window.' })
export class AnalysisRow {
  @Field(() => String, {
    description: 'The parts of the key as one text: a single one as it is, several as a JSON list.',
  })
  key!: string;

  @Field(() => [String], { description: 'One for each of `keys`.' })
  keys!: readonly string[];

  @Field(() => DateTime)
  start!: Date;

  @Field(() => DateTime, { description: 'The window ends before it.' })
  end!: Date;

  @Field(() => Int, { description: 'Events in it.' })
  events!: number;

  @Field(() => [WindowValue], { description: 'In the order of `aggregates`.' })
  values!: readonly WindowValue[];
}
