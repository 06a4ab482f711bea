import type { Logger } from '../platform/log';
import type { Pool } from '../platform/postgres';
import type { RedisPubSub } from '../platform/pubsub';
import { recordSpan, SpanKind } from '../platform/tracing';
import type { LogChange } from './position.store';
import { readUnpublished, deletePublished, markPublished } from './outbox.store';

/** The pub/sub topic on which the change of each log position is published. */
export const LOG_TOPIC = 'log';

/**
 * Maximum length of a message in characters. For a longer change only the position is published, and subscribers read
 * the change from the outbox.
 */
const MAX_MESSAGE_LENGTH = 512 * 1024;
const MARK_INTERVAL_MS = 500;

export interface LogMessage {
  readonly position: number;
  readonly change?: LogChange;
}

/**
 * Publishes the change of each committed log position to Redis. {@link sweep} publishes changes that a crash left
 * unpublished. If Redis loses a message, subscribers read its change from the outbox table.
 */
export class Outbox {
  private unmarkedPositions: number[] = [];
  private timer: NodeJS.Timeout | undefined;

  /** @param pool the connections on which changes of the shop are written */
  constructor(
    readonly pool: Pool,
    private readonly pubSub: RedisPubSub,
    private readonly log: Logger,
  ) {}

  /** Publishes a change. Must be called after COMMIT. Neither waits nor throws. */
  publish(position: number, change?: LogChange): void {
    const whole = JSON.stringify({ position, change } satisfies LogMessage);
    this.pubSub.send(LOG_TOPIC, whole.length > MAX_MESSAGE_LENGTH ? JSON.stringify({ position }) : whole);
    recordSpan('publish log', { kind: SpanKind.PRODUCER, attributes: { 'freshet.position': position } });
    this.unmarkedPositions.push(position);
    this.timer ??= setTimeout(() => void this.markPublished(), MARK_INTERVAL_MS);
  }

  /**
   * Publishes changes that are older than 2 seconds and not marked as published. Their process probably ended between
   * COMMIT and publish. @returns the number of these changes
   */
  async sweep(): Promise<number> {
    const rows = await readUnpublished(this.pool);
    for (const row of rows) this.publish(row.position, row.payload);
    await this.markPublished();
    return rows.length;
  }

  /**
   * Deletes changes that were published more than `olderThanMs` ago. A process that has not read them by then must reload
   * all data that it holds in memory.
   */
  async deletePublished(olderThanMs: number): Promise<void> {
    await deletePublished(this.pool, olderThanMs);
  }

  /** Marks in the outbox table the changes that were published since the last call. */
  async markPublished(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const positions = this.unmarkedPositions;
    if (positions.length === 0) return;
    this.unmarkedPositions = [];
    try {
      await markPublished(this.pool, positions);
    } catch (error) {
      this.log.warn({ error: (error as Error).message }, 'outbox not marked; the sweep will publish it again');
    }
  }
}
