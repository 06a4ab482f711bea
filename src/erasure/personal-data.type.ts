import { Field, ObjectType } from 'type-graphql';
import { connectionOf, type ConnectionPage } from '../graphql/connection';
import { JSONObject } from '../graphql/scalars';
import { Scoped } from '../graphql/scope';

@Scoped('SERVER')
@ObjectType({ description: 'Something that is stored about a person.' })
export class PersonalRecord {
  @Field(() => String, { description: 'What it is a record of, such as `events`, `orders` or `customers`.' })
  table!: string;

  @Field(() => JSONObject, { description: 'The record as it is stored. Decimals are text.' })
  data!: Readonly<Record<string, unknown>>;
}

export const PersonalRecordConnection = connectionOf(PersonalRecord, 'PersonalRecord', 'SERVER');
export type PersonalRecordConnection = ConnectionPage<PersonalRecord>;
