import type { Logger } from '../platform/log';
import { withLongTimeout, type Pool } from '../platform/postgres';
import { execute, queryRows } from '../platform/sql';
import type { RedisPubSub } from '../platform/pubsub';
import { recordSpan, SpanKind } from '../platform/tracing';
import type { LogChange } from './position.store';

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

  constructor(
    private readonly pool: Pool,
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
    const rows = await queryRows<{ position: number; payload: LogChange }>(
      this.pool,
      `SELECT position, payload FROM outbox
       WHERE published_at IS NULL AND created_at < now() - interval '2 seconds' ORDER BY position LIMIT 500`,
    );
    for (const row of rows) this.publish(row.position, row.payload);
    await this.markPublished();
    return rows.length;
  }

  /**
   * Deletes changes that were published more than `olderThanMs` ago. A process that has not read them by then must reload
   * all data that it holds in memory.
   */
  async deletePublished(olderThanMs: number): Promise<void> {
    await execute(this.pool, `DELETE FROM outbox WHERE published_at < now() - $1 * interval '1 ms'`, [olderThanMs]);
  }

  /** Marks in the outbox table the changes that were published since the last call. */
  async markPublished(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const positions = this.unmarkedPositions;
    if (positions.length === 0) return;
    this.unmarkedPositions = [];
    try {
      await execute(this.pool, 'UPDATE outbox SET published_at = now() WHERE position = ANY($1::bigint[])', [
        positions,
      ]);
    } catch (error) {
      this.log.warn({ error: (error as Error).message }, 'outbox not marked; the sweep will publish it again');
    }
  }
}

/** Returns the stored changes after a log position, in order of position. Changes that were deleted are missing. */
export async function readOutbox(
  pool: Pool,
  after: number,
  limit: number,
): Promise<{ position: number; change: LogChange }[]> {
  return queryRows<{ position: number; change: LogChange }>(
    pool,
    withLongTimeout('SELECT position, payload AS change FROM outbox WHERE position > $1 ORDER BY position LIMIT $2', [
      after,
      limit,
    ]),
  );
}
