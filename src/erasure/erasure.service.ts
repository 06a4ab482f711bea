import { findUnloggedSessions, isInLog } from '../events/erase-subjects.store';
import { subjectOfCustomer, subjectOfSession } from '../events/log-event';
import type { EventLog } from '../events/event-log';
import { requestErasure } from '../events/pending-erasures.store';
import { newestPosition } from '../events/position.store';
import { receiptOf } from '../events/receipts';
import { addTombstones } from '../events/tombstone.store';
import type { Logger } from '../platform/log';
import { inTransaction, type Pool } from '../platform/postgres';
import type { Room } from '../rooms/room';
import { ErasureExecutor } from './erasure-executor.service';
import type { EraseCustomerPayload, EraseSessionPayload } from './erasure.type';
import { readErasure } from './erasure.store';

/** How long a request waits for its erasure to finish. */
const MAX_WAIT_MS = 4_000;
const POLL_MS = 100;

/** Where data of a person may be found that this can neither remove nor export. */
export const NOT_REACHED: readonly string[] = [
  'Backups, and the write-ahead log and dead rows of PostgreSQL until it reuses their space.',
  'Lists served in the last five minutes: product ids, under no name.',
  'Logs of proxies and of the storefront, and tokens in browsers: events sent with them are dropped.',
];

/**
 * Erases people. The tombstones (hashes of the person's subjects) and the request are committed first, so that new data
 * of the person is dropped and any process can finish the request. The process that received the request executes the
 * erasure, unless another process does. If that takes longer than {@link MAX_WAIT_MS}, the caller gets the receipt of
 * the pending request.
 */
export class ErasureService {
  private readonly pool: Pool;
  private readonly executor: ErasureExecutor;

  /** @param intervalMs minimum interval between two erasures that change the log */
  constructor(eventLog: EventLog, log: Logger, intervalMs: number, rooms: readonly Room[]) {
    this.pool = eventLog.pool;
    this.executor = new ErasureExecutor(eventLog, log, intervalMs, rooms);
  }

  /** Erases a customer. The call is idempotent: it reuses a pending request. */
  async eraseCustomer(customerId: string): Promise<EraseCustomerPayload> {
    // The sessions must be read before the tombstone is committed. After that, the customer's waiting events are
    // dropped, and nothing else links these sessions to the customer.
    const sessions = await findUnloggedSessions(this.pool, customerId);
    const result = await this.erase([subjectOfCustomer(customerId), ...sessions]);
    return { ...result, isSession: await isInLog(this.pool, [subjectOfSession(customerId)]), errors: [] };
  }

  /** Erases a visit: what happened in it without a customer who was signed in. The call is idempotent, too. */
  async eraseSession(sessionId: string): Promise<EraseSessionPayload> {
    return { ...(await this.erase([subjectOfSession(sessionId)])), userErrors: [] };
  }

  private async erase(subjects: readonly string[]) {
    const id = await this.request(subjects);
    const until = performance.now() + MAX_WAIT_MS;
    let row = await readErasure(this.pool, id);
    while (!row.isDone && row.isDue && performance.now() < until) {
      await Promise.race([this.executor.executeDue(), pause(until - performance.now())]);
      row = await readErasure(this.pool, id);
      // Another process may be executing this erasure.
      if (!row.isDone && row.isDue) await pause(POLL_MS);
    }
    return {
      receipt: row.isDone ? receiptOf(row.position ?? (await newestPosition(this.pool))) : id,
      status: row.isDone ? ('DONE' as const) : ('PENDING' as const),
      removedEvents: row.events,
      keptOrderLines: row.orderLines,
      notReached: NOT_REACHED,
    };
  }

  /** Executes due erasures, including those that another process left unfinished. */
  resume(): Promise<void> {
    return this.executor.executeDue();
  }

  /** Stores the request and the tombstones. There is one row per person, however often the erasure is requested. */
  private request(subjects: readonly string[]): Promise<string> {
    return inTransaction(this.pool, async (client) => {
      const [hash] = await addTombstones(client, subjects);
      return requestErasure(client, hash!, subjects);
    });
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
