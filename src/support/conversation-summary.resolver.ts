import { Extensions, FieldResolver, Resolver, Root } from 'type-graphql';
import { WORK } from '../graphql/limits/operation-cost';
import { Scoped } from '../graphql/scope';
import type { ConversationReader } from './conversation-reader.service';
import { Conversation } from './conversation.type';
import { viewOfMessage } from './conversation-view';
import { summarize } from './conversation-summary';
import { ConversationSummary } from './conversation-summary.type';

/** Rate-limit cost of a summary: it reads all messages. Answering a plain GraphQL field costs 1. */
const SUMMARY_WORK = 40;

@Resolver(() => Conversation)
export class ConversationSummaryResolver {
  constructor(private readonly reader: Pick<ConversationReader, 'recordsOf'>) {}

  @Scoped('OPERATOR')
  @Extensions({ [WORK]: SUMMARY_WORK })
  @FieldResolver(() => ConversationSummary, {
    description: 'What a person who takes it over needs to know first.',
  })
  async summary(@Root() { id, record, messageRecords }: Conversation): Promise<ConversationSummary> {
    const { lastCustomerMessage, ...summary } = summarize(record, messageRecords ?? (await this.reader.recordsOf(id)));
    return { ...summary, lastCustomerMessage: lastCustomerMessage && viewOfMessage(id, lastCustomerMessage) };
  }
}
