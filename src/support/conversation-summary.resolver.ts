import { Extensions, FieldResolver, Resolver, Root } from 'type-graphql';
import { WORK } from '../graphql/limits/operation-cost';
import { Scoped } from '../graphql/scope';
import type { ConversationReader } from './conversation-reader.service';
import { Conversation } from './conversation.type';
import { viewOfMessage } from './conversation-view';
import { maskPersonalData } from './mask-personal-data';
import { summarize } from './conversation-summary';
import { ConversationSummary } from './conversation-summary.type';

/** Rate-limit cost of a summary: it reads all messages. Answering a plain GraphQL field costs 1. */
const SUMMARY_WORK = 40;
const NAME_WORK = 5;

/** Maximum length of a question in a list, in characters. */
const MAX_QUESTION_LENGTH = 140;
/** Number of characters of a message of which a question is made. */
const MAX_READ_LENGTH = 500;

@Resolver(() => Conversation)
export class ConversationSummaryResolver {
  constructor(private readonly reader: Pick<ConversationReader, 'recordsOf' | 'nameOf'>) {}

  @Scoped('OPERATOR')
  @Extensions({ [WORK]: SUMMARY_WORK })
  @FieldResolver(() => ConversationSummary, {
    description: 'What a person who takes it over needs to know first.',
  })
  async summary(@Root() { id, record, messageRecords }: Conversation): Promise<ConversationSummary> {
    const { lastCustomerMessage, question, ...summary } = summarize(
      record,
      messageRecords ?? (await this.reader.recordsOf(id)),
    );
    return {
      ...summary,
      lastCustomerMessage: lastCustomerMessage && viewOfMessage(id, lastCustomerMessage),
      question: question && { text: questionText(question.text), message: viewOfMessage(id, question) },
    };
  }

  @Scoped('OPERATOR')
  @Extensions({ [WORK]: NAME_WORK })
  @FieldResolver(() => String, {
    nullable: true,
    description:
      'The name of the customer: the attribute `name`, or `firstName` and `lastName`. Null if none is stored.',
  })
  customerName(@Root() { customerId }: Conversation): Promise<string | null> | null {
    return customerId === null ? null : this.reader.nameOf(customerId);
  }
}

function questionText(text: string): string {
  const characters = Array.from(maskPersonalData(text.slice(0, MAX_READ_LENGTH)).replaceAll(/\s+/g, ' ').trim());
  return characters.length <= MAX_QUESTION_LENGTH
    ? characters.join('')
    : `${characters.slice(0, MAX_QUESTION_LENGTH - 1).join('')}…`;
}
