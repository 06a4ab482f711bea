import { Field, InputType, ObjectType } from 'type-graphql';
import { connectionOf, type ConnectionPage } from '../../graphql/connection';
import { enumType } from '../../graphql/enum-type';
import { ID } from '../../graphql/scalars';
import { Scoped } from '../../graphql/scope';
import { ConversationMessage } from '../conversation.type';
import { REVIEW_REASONS, type ReviewReason } from './review';

export const ReviewReasonEnum = enumType(
  'SupportReviewReason',
  REVIEW_REASONS,
  'Why people should look at a question.',
  {
    UNANSWERED: 'It was not understood, or there is no answer.',
    UNHELPFUL: 'The customer has rated the answer as not helpful.',
    CORRECTED: 'An operator has corrected its intent.',
  },
);

@Scoped('OPERATOR')
@ObjectType({ simpleResolvers: true, description: 'A question of a customer that people should look at.' })
export class SupportReview {
  @Field(() => ID, { description: 'Its conversation.' })
  conversationId!: string;

  @Field(() => ConversationMessage, { description: 'The message of the customer, with its intent and candidates.' })
  message!: ConversationMessage;

  @Field(() => String, {
    description: 'The first 500 characters of the text, without personal data that is recognised.',
  })
  question!: string;

  @Field(() => String, { nullable: true, description: 'BCP 47: the language of the answer; null if there is none.' })
  language!: string | null;

  @Field(() => ReviewReasonEnum, { description: 'Why people should look at it.' })
  reason!: ReviewReason;
}

export const SupportReviewConnection = connectionOf(SupportReview, 'SupportReview', 'OPERATOR');
export type SupportReviewConnection = ConnectionPage<SupportReview>;

@InputType()
export class CloseSupportReviewInput {
  @Field(() => ID, { description: 'The `id` of the message of the customer.' })
  messageId!: string;
}

@Scoped('OPERATOR')
@ObjectType({
  simpleResolvers: true,
  description: 'What customers ask: one of the intents that every shop has, or of those of its examples.',
})
export class SupportIntent {
  @Field(() => ID, { description: 'Such as `return-item`.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'What customers want; null for an intent of the shop.' })
  description!: string | null;
}
