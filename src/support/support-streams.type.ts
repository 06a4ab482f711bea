import { Field, InputType, ObjectType } from 'type-graphql';
import { ID } from '../graphql/scalars';
import { Scoped } from '../graphql/scope';
import { UserError } from '../graphql/user-error.type';

@InputType()
export class CreateSupportStreamsInput {
  @Field(() => String, { nullable: true, description: 'The IANA time zone that defines days. Default: UTC.' })
  timeZone?: string | null;
}

@Scoped('ADMIN')
@ObjectType({ simpleResolvers: true })
export class CreateSupportStreamsPayload {
  @Field(() => [ID], { description: 'Streams that are new: they fill in the past.' })
  created!: readonly string[];

  @Field(() => [ID], { description: 'Streams that existed before. They stay as they are.' })
  existing!: readonly string[];

  @Field(() => [UserError], { description: 'Why streams were not created.' })
  userErrors!: readonly UserError[];
}
