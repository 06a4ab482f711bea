import DataLoader from 'dataloader';
import type { TimeCursor } from '../graphql/connection';
import type { Viewer } from '../graphql/context';
import { groupBy } from '../learn/group-by';
import type { Pool } from '../platform/postgres';
import { isUuid } from '../platform/uuid';
import type { ConversationSort, ConversationStatus, MessageRecord } from './conversation';
import { requireOpen } from './conversation-access';
import {
  findConversation,
  pageOfConversations,
  pageOfWaitingConversations,
  readCustomerNames,
  readMessages,
  readMessagesOf,
} from './conversation.store';
import { readRequestsOf } from './requests/order-request.store';
import { viewOfConversation, viewOfMessages } from './conversation-view';
import type { Conversation, ConversationMessage } from './conversation.type';

/** Reads conversations for viewers who may open them. */
export class ConversationReader {
  /** The messages and names of the conversations of a list are read together. Nothing is cached. */
  private readonly records: DataLoader<string, MessageRecord[]>;
  private readonly names: DataLoader<string, string | null>;

  constructor(private readonly pool: Pool) {
    this.records = new DataLoader(
      async (ids) => {
        const messages = groupBy(await readMessagesOf(pool, ids), ({ conversationId }) => conversationId);
        return ids.map((id) => messages.get(id) ?? []);
      },
      { cache: false, maxBatchSize: 20 },
    );
    this.names = new DataLoader(
      async (ids) => {
        const names = new Map((await readCustomerNames(pool, ids)).map(({ id, name }) => [id, name]));
        return ids.map((id) => names.get(id) ?? null);
      },
      { cache: false, maxBatchSize: 100 },
    );
  }

  /** @throws ApiError NOT_FOUND if it does not exist, or if the viewer may not open it */
  async find(id: string, viewer: Viewer): Promise<Conversation> {
    const record = isUuid(id) ? await findConversation(this.pool, id) : undefined;
    return viewOfConversation(requireOpen(record, id, viewer), new Date());
  }

  /**
   * Like {@link find}, with all messages. They are read before the owner: a customer who signs in meanwhile may close the
   * conversation to this viewer, but never opens it.
   */
  async findWithMessages(id: string, viewer: Viewer): Promise<Conversation> {
    const messages = isUuid(id) ? await readMessages(this.pool, id) : [];
    const conversation = await this.find(id, viewer);
    const hasActions = messages.some(({ content }) => (content?.actions ?? []).length > 0);
    const requests = hasActions ? await readRequestsOf(this.pool, id) : [];
    return { ...conversation, readMessages: viewOfMessages(id, messages, requests), messageRecords: messages };
  }

  /** Returns the messages, the oldest first. @throws ApiError like {@link find} */
  async messagesOf(id: string, viewer: Viewer): Promise<readonly ConversationMessage[]> {
    return (await this.findWithMessages(id, viewer)).readMessages ?? [];
  }

  /** Returns the messages of a conversation that the viewer has opened, the oldest first. */
  recordsOf(id: string): Promise<MessageRecord[]> {
    return this.records.load(id);
  }

  /** Returns the name of a customer; null if none is stored. */
  nameOf(customerId: string): Promise<string | null> {
    return this.names.load(customerId);
  }

  /**
   * Returns conversations. The caller must ensure that the viewer may open them.
   * @param statuses return only conversations with one of them; null for all. WAITING_LONGEST ignores them
   */
  async page(
    sort: ConversationSort,
    statuses: readonly ConversationStatus[] | null,
    after: TimeCursor | undefined,
    count: number,
  ): Promise<Conversation[]> {
    const asOf = new Date();
    const records =
      sort === 'WAITING_LONGEST'
        ? await pageOfWaitingConversations(this.pool, after, count)
        : await pageOfConversations(this.pool, statuses, after, count);
    return records.map((record) => viewOfConversation(record, asOf));
  }
}
