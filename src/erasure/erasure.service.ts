import { randomUUID } from 'node:crypto';
import { faultOfId } from '../auth/identify';
import { eraseFromInbox, eraseFromRejected, namesOf, visitsOutsideTheLog } from '../events/erase-subjects.service';
import { subjectOfCustomer } from '../events/log-event';
import type { Outbox } from '../events/outbox';
import { newestPosition, takePosition, type LogChange } from '../events/position';
import { receiptOf } from '../events/receipts';
import { bury, excludeWriters } from '../events/tombstone.service';
import { ApiError } from '../graphql/errors';
import { isOutage } from '../platform/outage';
import type { Logger } from '../platform/log';
import { inTransaction, type Pool, type PoolClient } from '../platform/postgres';
import { removeErased } from '../streams/stream-store.service';
import type { EraseCustomerPayload } from './erasure.type';
import { PLACES, type Person } from './places';

/** How long it waits for batches under way; all that come later wait with it. */
const LOCK_MS = 4_000;
/** After so long whoever began has ended, or will not finish. */
const RESUME_MS = 15_000;

/** Names nobody. */
const CHANGE: LogChange = { reload: 'histories' };

const NOT_REACHED = [
  'Backups, and the write-ahead log and dead rows of PostgreSQL until it reuses their space.',
  'Lists served in the last five minutes: product ids, under no name.',
  'Logs of proxies and of the storefront, and tokens in browsers: events sent with them are dropped.',
];

/**
 * Erases people, in three steps that each leave a promise kept when the process ends after it. The tombstone and the
 * request are committed first: nothing new comes in, and a worker finishes what was begun. Then, once every batch that
 * was under way has ended, they leave {@link PLACES} in one transaction, with a position at which read models read
 * histories anew and the learner learns again from the log. Last, what waits in the inbox, and windows that are not
 * shown any more.
 */
export class ErasureService {
  constructor(
    private readonly pool: Pool,
    private readonly outbox: Outbox,
    private readonly log: Logger,
  ) {}

  /** May be repeated: what is gone is gone. */
  async erase(customerId: string): Promise<EraseCustomerPayload> {
    const message = faultOfId('customerId', customerId);
    if (message !== undefined) {
      const error = { index: 0, code: 'BAD_USER_INPUT', message, path: 'customerId' };
      return { receipt: null, removedEvents: 0, keptOrderLines: 0, notReached: [], errors: [error] };
    }
    const id = await this.request(customerId);
    const { position, events, orderLines } = await this.carryOut(id).catch(asNoted);
    return {
      receipt: receiptOf(position),
      removedEvents: events,
      keptOrderLines: orderLines,
      notReached: NOT_REACHED,
      errors: [],
    };
  }

  /** Finishes what ended half-way. */
  async resume(): Promise<void> {
    const { rows } = await this.pool.query<{ id: string }>(
      `SELECT id FROM erasures WHERE done_at IS NULL AND requested_at < now() - $1 * interval '1 ms' ORDER BY requested_at`,
      [RESUME_MS],
    );
    for (const { id } of rows) {
      await this.carryOut(id).catch((error: Error) =>
        this.log.warn({ erasure: id, error: error.message }, 'not erased yet'),
      );
    }
  }

  /** One row a person, however often it is asked: the first to be asked keeps the count. */
  private async request(customerId: string): Promise<string> {
    // Before the tombstone: after it, what tells of these visits is dropped before it can be read in the log.
    const visits = await visitsOutsideTheLog(this.pool, customerId);
    return inTransaction(this.pool, async (client) => {
      const subject = subjectOfCustomer(customerId);
      const [hash] = await bury(client, [subject]);
      const subjects = [subject, ...visits];
      const { rows } = await client.query<{ id: string }>(
        `INSERT INTO erasures AS e (id, hash, subjects) VALUES ($1, $2, $3) ON CONFLICT (hash) DO UPDATE
           SET subjects = ARRAY(SELECT DISTINCT unnest(e.subjects || excluded.subjects)), done_at = NULL, requested_at = now()
         RETURNING id`,
        [randomUUID(), hash, subjects],
      );
      return rows[0].id;
    });
  }

  private async carryOut(id: string): Promise<Row> {
    const { row, moved } = await inTransaction(this.pool, (client) => leave(client, id));
    if (moved) this.outbox.publish(row.position, CHANGE);
    await eraseFromInbox(this.pool, row.subjects);
    await eraseFromRejected(this.pool, row.subjects);
    await removeErased(this.pool);
    // Unless it has been asked for again meanwhile, of more names.
    await this.pool.query(
      `UPDATE erasures SET subjects = '{}', done_at = now() WHERE id = $1 AND done_at IS NULL AND subjects <@ $2::text[]`,
      [id, row.subjects],
    );
    return row;
  }
}

interface Row {
  readonly subjects: readonly string[];
  readonly position: number;
  readonly events: number;
  readonly orderLines: number;
}

/** @throws ApiError TIMEOUT where batches under way took too long, or the database had to stop */
function asNoted(error: unknown): never {
  if (!isOutage(error)) throw error;
  throw new ApiError('TIMEOUT', 'The erasure is noted and will be finished: ask again for its receipt');
}

/** @returns also whether a position was taken */
async function leave(client: PoolClient, id: string): Promise<{ row: Row; moved: boolean }> {
  await excludeWriters(client, LOCK_MS);
  const { rows } = await client.query<Pick<Row, 'subjects'>>('SELECT subjects FROM erasures WHERE id = $1 FOR UPDATE', [
    id,
  ]);
  const subjects = await namesOf(client, rows[0].subjects);
  await bury(client, subjects);
  const person: Person = { subjects, events: 0, orderLines: 0, positions: [] };
  for (const place of Object.values(PLACES)) if (typeof place === 'function') await place(client, person);
  // Somebody of whom the log does not tell changes nothing, so nothing has to be learned again.
  const moved = person.positions.length > 0;
  const newest = moved ? await takePosition(client, CHANGE) : await newestPosition(client);
  const { rows: erased } = await client.query<Omit<Row, 'subjects'>>(
    `UPDATE erasures SET subjects = $2, events = events + $3, order_lines = order_lines + $4,
       position = CASE WHEN $5 THEN $6 ELSE position END
     WHERE id = $1 RETURNING coalesce(position, $6) AS position, events, order_lines AS "orderLines"`,
    [id, subjects, person.events, person.orderLines, moved, newest],
  );
  return { row: { ...erased[0], subjects }, moved };
}
