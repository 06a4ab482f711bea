import { Arg, Ctx, Extensions, Mutation, Query, Resolver } from 'type-graphql';
import { requireViewer } from '../../auth/identity';
import type { Receipts } from '../../events/receipts';
import { checkFirst, encodeCursor, First, pageOf, timeCursor } from '../../graphql/connection';
import type { Context } from '../../graphql/context';
import { ApiError } from '../../graphql/errors';
import { MAX_LIST_LENGTH, WORK, WORK_BY } from '../../graphql/limits/operation-cost';
import { ID } from '../../graphql/scalars';
import { Scoped } from '../../graphql/scope';
import type { Pool } from '../../platform/postgres';
import { isUuid } from '../../platform/uuid';
import { readCustomerNames } from '../conversation.store';
import { CloseSupportReviewPayload } from '../conversation.type';
import { parseMessageId, viewOfConversation, viewOfMessage } from '../conversation-view';
import { maskPersonalData } from '../mask-personal-data';
import type { OperatorService } from '../operator.service';
import { readIntentNames } from '../understanding/intent-example.store';
import { STARTER_INTENTS } from '../understanding/intents';
import type { ReviewReason } from './review';
import { pageOfReviews } from './review.store';
import { CloseSupportReviewInput, ReviewReasonEnum, SupportIntent, SupportReviewConnection } from './review.type';

/** Rate-limit cost of a question of the list: it is masked. Answering a plain GraphQL field costs 1. */
const READ_WORK = 20;
const WRITE_WORK = 600;
const INTENTS_WORK = 200;
/** Number of intents that the cost of an operation assumes. */
const USUAL_INTENTS = 50;
const CURSOR = 'supportReviews';
/** Number of characters of a message that a question has. */
const MAX_READ_LENGTH = 500;
const ORDINAL = /^\d{1,9}$/;

@Resolver()
export class ReviewResolver {
  constructor(
    private readonly pool: Pool,
    private readonly operators: Pick<OperatorService, 'closeReview'>,
    private readonly receipts: Pick<Receipts, 'waitUntilApplied'>,
  ) {}

  @Scoped('OPERATOR')
  @Extensions({ [WORK]: READ_WORK, [WORK_BY]: 'first' })
  @Query(() => SupportReviewConnection, {
    nullable: true,
    description: 'Questions that people should look at, the newest first.',
  })
  async supportReviews(
    @First() first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'The cursor of the last one of the page before.' })
    after?: string | null,
    @Arg('reason', () => [ReviewReasonEnum], {
      nullable: true,
      description: 'Any of these. Default: UNANSWERED and UNHELPFUL.',
    })
    reasons?: ReviewReason[] | null,
    @Arg('awaitReceipt', () => ID, {
      nullable: true,
      description: 'The receipt of a mutation: waits, up to 3 s, until it is applied.',
    })
    awaitReceipt?: string | null,
  ): Promise<SupportReviewConnection> {
    const cursor = timeCursor(CURSOR, after, 2);
    if (cursor !== undefined && !(isUuid(cursor.texts[0]!) && ORDINAL.test(cursor.texts[1]!)))
      throw new ApiError('BAD_USER_INPUT', 'after must be a cursor of this list.');
    const count = checkFirst(first);
    if (awaitReceipt != null) await this.receipts.waitUntilApplied(awaitReceipt);
    const records = await pageOfReviews(this.pool, reasons ?? ['UNANSWERED', 'UNHELPFUL'], cursor, count + 1);
    const customerIds = records.flatMap(({ customerId }) => customerId ?? []);
    const names = new Map((await readCustomerNames(this.pool, customerIds)).map(({ id, name }) => [id, name]));
    const page = records.map(({ conversationId, reason, language, customerId, ...message }) => ({
      ...{ conversationId, reason, language, message: viewOfMessage(conversationId, message) },
      question: maskPersonalData(message.text.slice(0, MAX_READ_LENGTH), undefined, names.get(customerId ?? '')),
      ordinal: message.ordinal,
    }));
    return pageOf(page, count, cursor !== undefined, ({ conversationId, message, ordinal }) =>
      encodeCursor(CURSOR, [message.sentAt.getTime(), conversationId, String(ordinal)]),
    );
  }

  @Scoped('OPERATOR')
  @Extensions({ [WORK]: INTENTS_WORK, [MAX_LIST_LENGTH]: USUAL_INTENTS })
  @Query(() => [SupportIntent], {
    nullable: true,
    description: 'The intents that a correction may choose: those that every shop has first.',
  })
  async supportIntents(): Promise<readonly SupportIntent[]> {
    const starters = Object.entries(STARTER_INTENTS).map(([id, description]) => ({ id, description }));
    const own = (await readIntentNames(this.pool)).filter((id) => !Object.hasOwn(STARTER_INTENTS, id));
    return [...starters, ...own.map((id) => ({ id, description: null }))];
  }

  @Scoped('OPERATOR')
  @Extensions({ [WORK]: WRITE_WORK })
  @Mutation(() => CloseSupportReviewPayload, {
    nullable: true,
    description: 'Takes a question off the list of `supportReviews`. Does nothing if it is not there.',
  })
  async closeSupportReview(
    @Ctx() context: Context,
    @Arg('input', () => CloseSupportReviewInput, { description: 'The message.' })
    { messageId }: CloseSupportReviewInput,
  ): Promise<CloseSupportReviewPayload> {
    const message = parseMessageId(messageId);
    if (message === undefined) {
      const userError = {
        code: 'NOT_FOUND' as const,
        field: ['input', 'messageId'],
        message: 'There is no such message.',
      };
      return { conversation: null, receipt: null, userErrors: [userError] };
    }
    const { conversationId, ordinal } = message;
    const closed = await this.operators.closeReview(conversationId, ordinal, requireViewer(context));
    const { conversation, receipt, userErrors } = closed;
    return { conversation: conversation && viewOfConversation(conversation, new Date()), receipt, userErrors };
  }
}
