import { Extensions, Field, InputType, Int, ObjectType } from 'type-graphql';
import { connectionOf, type ConnectionPage } from '../../graphql/connection';
import { MAX_LIST_LENGTH } from '../../graphql/limits/operation-cost';
import { DateTime, ID } from '../../graphql/scalars';
import { Scoped } from '../../graphql/scope';
import { UserError } from '../../graphql/user-error.type';

/** Maximum number of articles in a request. */
export const MAX_ARTICLES_PER_REQUEST = 100;
export const MAX_INTENTS_OF_ARTICLE = 20;

@Scoped('ADMIN')
@ObjectType({
  simpleResolvers: true,
  description: 'A text of the shop that answers questions, such as its policy on returns.',
})
export class Article {
  @Field(() => ID, { description: "The shop's own id." })
  id!: string;

  @Field(() => String, { description: 'The title.' })
  title!: string;

  @Field(() => String, {
    description:
      'Paragraphs, separated by blank lines. A line that begins with # is a heading. An answer quotes one paragraph.',
  })
  body!: string;

  @Field(() => String, { nullable: true, description: 'The page of the article, which answers link to.' })
  url!: string | null;

  @Field(() => String, { nullable: true, description: 'BCP 47. Null: the language of the shop.' })
  language!: string | null;

  @Extensions({ [MAX_LIST_LENGTH]: MAX_INTENTS_OF_ARTICLE })
  @Field(() => [String], { description: 'The intents that it answers.' })
  intents!: readonly string[];

  @Field(() => DateTime, { description: 'When it was last changed.' })
  updatedAt!: Date;
}

export const ArticleConnection = connectionOf(Article, 'Article', 'ADMIN');
export type ArticleConnection = ConnectionPage<Article>;

@InputType({ description: 'An absent field stays as it is, null clears it. A new article needs title and body.' })
export class ArticleInput {
  @Field(() => ID, { description: "The shop's own id." })
  id!: string;

  @Field(() => String, { nullable: true, description: 'The title, up to 200 characters.' })
  title?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Up to 20,000 characters. Paragraphs are separated by blank lines, and a line that begins with # is a heading.',
  })
  body?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The page of the article: an http or https URL of up to 2,000 characters.',
  })
  url?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'BCP 47, up to 35 characters. Default: the language of the shop.',
  })
  language?: string | null;

  @Extensions({ [MAX_LIST_LENGTH]: MAX_INTENTS_OF_ARTICLE })
  @Field(() => [String], {
    nullable: true,
    description:
      'The intents that it answers, such as `return-item`: up to 20, each of up to 64 characters (lower-case letters, digits and hyphens). Without them, it is found by its words.',
  })
  intents?: string[] | null;
}

@InputType()
export class UpsertArticlesInput {
  @Field(() => [ArticleInput], { description: 'Up to 100 articles. A shop has up to 2,000.' })
  articles!: ArticleInput[];
}

@InputType()
export class DeleteArticlesInput {
  @Field(() => [ID], { description: 'Up to 100 ids.' })
  ids!: string[];
}

@Scoped('ADMIN')
@ObjectType({ simpleResolvers: true })
class WriteArticlesPayload {
  @Field(() => Int, { description: 'Number of items without an error.' })
  accepted!: number;

  @Field(() => ID, { description: 'For `awaitReceipt`.' })
  receipt!: string;

  @Field(() => [UserError], { description: 'One for each item that was not accepted.' })
  userErrors!: readonly UserError[];
}

@Scoped('ADMIN')
@ObjectType({ simpleResolvers: true })
export class UpsertArticlesPayload extends WriteArticlesPayload {
  @Field(() => [Article], { description: 'The accepted articles, as they are stored now.' })
  articles!: readonly Article[];
}

@ObjectType()
export class DeleteArticlesPayload extends WriteArticlesPayload {}
