import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { connectionOf, type ConnectionPage } from '../../../graphql/connection';
import { DateTime, Float, ID } from '../../../graphql/scalars';
import { Scoped } from '../../../graphql/scope';
import { UserError } from '../../../graphql/user-error.type';
import { SynonymKindEnum, type SynonymKind } from '../synonym.type';

@Scoped('ADMIN')
@ObjectType({
  simpleResolvers: true,
  description:
    'A synonym that customers suggest by what they search for and click. To accept it, pass its `id`, `kind`, `words`, `finds` and `language` to `upsertSynonyms`.',
})
export class SynonymSuggestion {
  @Field(() => ID, { description: 'The same whenever these words are suggested.' })
  id!: string;

  @Field(() => SynonymKindEnum)
  kind!: SynonymKind;

  @Field(() => [String])
  words!: readonly string[];

  @Field(() => [String])
  finds!: readonly string[];

  @Field(() => String, {
    nullable: true,
    description: 'The language that the searches named, such as `en`. Null: none.',
  })
  language!: string | null;

  @Field(() => Float, {
    description:
      'The log-likelihood ratio of the reformulations (6.6 is what chance does once in a hundred) plus `sharedClicks` · `similarity`. At least 6.6.',
  })
  score!: number;

  @Field(() => Int, {
    description:
      'Visits in which a search with one expression had no click, and the next one, with the other expression and within ten minutes, had one.',
  })
  reformulations!: number;

  @Field(() => Int, { description: 'Products that were clicked in searches with either expression.' })
  sharedProducts!: number;

  @Field(() => Int, {
    description: 'Clicks on these products. Of the clicks with either expression, the smaller number counts.',
  })
  sharedClicks!: number;

  @Field(() => Float, { description: 'Cosine similarity of the clicks by product, from 0 to 1.' })
  similarity!: number;
}

export const SynonymSuggestionConnection = connectionOf(SynonymSuggestion, 'SynonymSuggestion', 'ADMIN');
export type SynonymSuggestionConnection = ConnectionPage<SynonymSuggestion>;

@InputType()
export class DismissSynonymSuggestionInput {
  @Field(() => ID, { description: 'The id of the suggestion.' })
  id!: string;
}

@Scoped('ADMIN')
@ObjectType()
export class DismissSynonymSuggestionPayload {
  @Field(() => ID, { nullable: true, description: 'The id of the dismissed suggestion. Null if there is an error.' })
  dismissedId!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was first dismissed.' })
  dismissedAt!: Date | null;

  @Field(() => [UserError])
  userErrors!: readonly UserError[];
}
