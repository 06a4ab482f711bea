import { Field, InputType, ObjectType } from 'type-graphql';
import { connectionOf, type ConnectionPage } from '../../graphql/connection';
import { ReceiptPayload } from '../../graphql/item-error.type';
import { DateTime } from '../../graphql/scalars';
import { Scoped } from '../../graphql/scope';

@Scoped('ADMIN')
@ObjectType({ simpleResolvers: true, description: 'A query that nobody is suggested, however many have typed it.' })
export class HiddenSuggestion {
  @Field(() => String, { description: 'As queries are compared: accents, case and punctuation aside.' })
  query!: string;

  @Field(() => String, { description: 'As it was first hidden.' })
  text!: string;

  @Field(() => DateTime)
  hiddenAt!: Date;
}

export const HiddenSuggestionConnection = connectionOf(HiddenSuggestion, 'HiddenSuggestion', 'ADMIN');
export type HiddenSuggestionConnection = ConnectionPage<HiddenSuggestion>;

@InputType()
export class HideSuggestionInput {
  @Field(() => String, {
    description: 'As it was typed, or in any other accents, case and punctuation. Up to 200 characters.',
  })
  query!: string;
}

@InputType()
export class ShowSuggestionInput {
  @Field(() => String, { description: 'As for `hideSuggestion`. Up to 200 characters.' })
  query!: string;
}

@Scoped('ADMIN')
@ObjectType()
export class HideSuggestionPayload extends ReceiptPayload {
  @Field(() => HiddenSuggestion, { nullable: true })
  hidden!: HiddenSuggestion | null;
}

@Scoped('ADMIN')
@ObjectType()
export class ShowSuggestionPayload extends ReceiptPayload {
  @Field(() => HiddenSuggestion, { nullable: true, description: 'What was hidden until now, if it was.' })
  shown!: HiddenSuggestion | null;
}
