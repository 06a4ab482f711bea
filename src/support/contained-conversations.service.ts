import type { EventLog } from '../events/event-log';
import { announceWriter } from '../events/tombstone.store';
import { groupBy } from '../learn/group-by';
import { retryTransaction } from '../platform/retry-outages';
import { findAskedAgain, readQuestions, takeSettled } from './contained-conversation.store';
import { topicOf, topicProperties } from './conversation-topic';
import { supportEvent } from './support-event';

const DEFAULT_PAGE_SIZE = 100;
/** A message that was sent this long ago (ms) is committed. */
const MAX_COMMIT_MS = 60_000;

/**
 * Records which conversations needed no person: a while after their last message, unless the customer has asked the same
 * in another one. Any number of workers may run it concurrently. The event and the mark that the conversation is settled
 * are one transaction, so that a conversation has one event until the customer writes in it again.
 */
export class ContainedConversations {
  constructor(
    private readonly eventLog: EventLog,
    private readonly options: { readonly pageSize?: number; readonly now?: () => number } = {},
  ) {}

  /** Settles all conversations that are due, page by page. @param isStopped whether to end after the current page */
  async sweep(isStopped: () => boolean = () => false): Promise<void> {
    while ((await this.settlePage()) && !isStopped());
  }

  /** @returns whether there may be more */
  private async settlePage(): Promise<boolean> {
    const { pageSize = DEFAULT_PAGE_SIZE, now = Date.now } = this.options;
    const { settledCount } = await retryTransaction(() =>
      this.eventLog.commit(async ({ client, append }) => {
        await announceWriter(client);
        const settled = await takeSettled(client, new Date(now() - MAX_COMMIT_MS), pageSize);
        const questions = groupBy(
          await readQuestions(
            client,
            settled.map(({ id }) => id),
          ),
          ({ conversationId }) => conversationId,
        );
        const topics = settled.flatMap((conversation) => {
          const own = questions.get(conversation.id);
          if (own === undefined) return [];
          const { ordinal, sentAt } = own.at(-1)!;
          return [{ ...conversation, ...topicOf(own), ordinal, askedAt: sentAt }];
        });
        const askedAgain = await findAskedAgain(client, topics);
        const events = topics
          .filter(({ id }) => !askedAgain.has(id))
          .map((topic) => {
            const { ordinal, settlesAt } = topic;
            return supportEvent('support_contained', topic, ordinal, settlesAt.getTime(), topicProperties(topic));
          });
        if (events.length === 0) return { change: null, settledCount: settled.length };
        const receivedAt = new Date(now());
        const { inserted } = await append(events, { receivedAt: () => receivedAt, backfill: false });
        return { change: inserted.length === 0 ? null : { events: inserted }, settledCount: settled.length };
      }),
    );
    return settledCount === pageSize;
  }
}
