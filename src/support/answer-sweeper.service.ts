import type { Logger } from '../platform/log';
import type { Pool } from '../platform/postgres';
import { runPeriodically } from '../platform/run-periodically';
import type { ConversationService } from './conversation.service';
import { readAwaiting } from './conversation.store';
import type { OrderRequestService } from './requests/order-request.service';

const SWEEP_MS = 2_000;
/** A younger message is probably being answered by the process that has stored it. */
const MIN_AGE_MS = 5_000;
const MAX_MESSAGES_PER_SWEEP = 100;
/** A message that can't be answered for this long is passed on to a person. */
const MAX_AGE_MS = 60_000;

/**
 * Answers the messages whose process has ended, or whose answer has failed, and resolves the requests that the shop has
 * decided by the status of an order. It runs in every API process.
 */
export class AnswerSweeper {
  private running: { stop(): Promise<void> } | undefined;

  constructor(
    private readonly pool: Pool,
    private readonly conversations: Pick<ConversationService, 'answer' | 'handOff'>,
    private readonly requests: Pick<OrderRequestService, 'settle'>,
    private readonly log: Logger,
    private readonly now: () => number = Date.now,
  ) {}

  start(): void {
    this.running = runPeriodically(SWEEP_MS, this.log, async () => {
      await this.sweep();
      await this.requests.settle();
    });
  }

  async stop(): Promise<void> {
    await this.running?.stop();
  }

  /**
   * One failing message does not stop the others, and goes to a person after a minute.
   * @returns the number of messages that were answered
   */
  async sweep(): Promise<number> {
    const awaiting = await readAwaiting(this.pool, new Date(this.now() - MIN_AGE_MS), MAX_MESSAGES_PER_SWEEP);
    let answered = 0;
    for (const { conversationId, ordinal, sentAt } of awaiting) {
      try {
        await this.conversations.answer(conversationId, ordinal);
        answered++;
      } catch (error) {
        const fields = { conversation: conversationId, error: (error as Error).message };
        this.log.warn(fields, 'message not answered; it will be tried again');
        if (this.now() - sentAt.getTime() > MAX_AGE_MS) await this.passOn(conversationId);
      }
    }
    return answered;
  }

  private async passOn(conversationId: string): Promise<void> {
    await this.conversations
      .handOff(conversationId, { scope: 'SERVER', keyId: 'sweep' }, 'failure')
      .catch((error: Error) => this.log.warn({ conversation: conversationId, error: error.message }, 'not handed off'));
  }
}
