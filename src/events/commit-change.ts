import { inTransaction, type PoolClient } from '../platform/postgres';
import type { Outbox } from './outbox.service';
import { allocatePosition, newestPosition, type LoggedBatch, type LogChange } from './position.store';

/** What a transaction has written. */
export interface Written {
  /** The change, for all processes that hold shop data in memory; null if the transaction changed nothing. */
  readonly change: LogChange | null;
  /** The batch that the transaction appended to the log, if any. */
  readonly batch?: LoggedBatch;
  /** The inbox batches that the transaction finishes. */
  readonly inboxIds?: readonly string[];
  /** Writes what needs the position. Runs in the transaction, only if there is a change. */
  readonly afterPosition?: (position: number) => Promise<void>;
}

/** The result of a committed transaction. */
export type Committed<W> = W extends Written
  ? Omit<W, keyof Written> & {
      /** The position of the change. Without a change, the newest position when `write` returned. */
      readonly position: number;
    }
  : W;

/**
 * Runs `write` in one transaction. If it changed something, the transaction ends with a log position for the change,
 * and the change is published after COMMIT.
 * @param write may return null to commit without a position
 */
export async function commitChange<W extends Written | null>(
  outbox: Outbox,
  write: (client: PoolClient) => Promise<W>,
): Promise<Committed<W>> {
  let published: LogChange | null = null;
  const committed = await inTransaction(outbox.pool, async (client) => {
    const written = await write(client);
    if (written === null) return null;
    const { change, batch, inboxIds, afterPosition, ...result } = written;
    published = change;
    if (change === null) return { ...result, position: await newestPosition(client) };
    const position = await allocatePosition(client, change, batch, inboxIds);
    await afterPosition?.(position);
    return { ...result, position };
  });
  if (committed !== null && published !== null) outbox.publish(committed.position, published);
  return committed as Committed<W>;
}
