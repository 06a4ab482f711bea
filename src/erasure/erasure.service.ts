import { randomUUID } from 'node:crypto';
import { faultOfId } from '../auth/identify';
import { eraseFromInbox, namesOf } from '../events/erase-subjects.service';
import { subjectOfCustomer } from '../events/log-event';
import type { Outbox } from '../events/outbox';
import { newestPosition, takePosition, type LogChange } from '../events/position';
import { receiptOf } from '../events/receipts';
import { bury, excludeWriters } from '../events/tombstone.service';
import { ApiError } from '../graphql/errors';
import { inTransaction, type Pool, type PoolClient } from '../platform/postgres';
import type { EraseCustomerPayload } from './erasure.type';
import { PLACES, type Person } from './places';

/** How long it waits for batches under way; all that come later wait with it. */
const LOCK_MS = 10_000;
/** After so long whoever began has ended, or will not finish. */
const RESUME_MS = 15_000;

const LOCK_NOT_AVAILABLE = '55P03';

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
 * histories anew and the learner learns again from the log. Last, what waits in the inbox.
 */
export class ErasureService {
  constructor(
    private readonly pool: Pool,
    private readonly outbox: Outbox,
  ) {}

  /** May be repeated: what is gone is gone. */
  async erase(customerId: string): Promise<EraseCustomerPayload> {
    const message = faultOfId('customerId', customerId);
    if (message !== undefined) {
      const error = { index: 0, code: 'BAD_USER_INPUT', message, path: 'customerId' };
      return { receipt: null, removedEvents: 0, keptOrderLines: 0, notReached: [], errors: [error] };
    }
    const id = await this.request([subjectOfCustomer(customerId)]);
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
    for (const { id } of rows) await this.carryOut(id);
  }

  private request(subjects: readonly string[]): Promise<string> {
    return inTransaction(this.pool, async (client) => {
      const id = randomUUID();
      await bury(client, subjects);
      await client.query('INSERT INTO erasures (id, subjects) VALUES ($1, $2)', [id, subjects]);
      return id;
    });
  }

  private async carryOut(id: string): Promise<Row> {
    const { row, left } = await inTransaction(this.pool, (client) => leave(client, id));
    if (left) this.outbox.publish(row.position, CHANGE);
    await eraseFromInbox(this.pool, row.subjects);
    await this.pool.query("UPDATE erasures SET subjects = '{}', done_at = now() WHERE id = $1 AND done_at IS NULL", [
      id,
    ]);
    return row;
  }
}

interface Row {
  readonly subjects: readonly string[];
  readonly position: number;
  readonly events: number;
  readonly orderLines: number;
}

/** @throws ApiError TIMEOUT where batches under way took too long */
function asNoted(error: unknown): never {
  if ((error as { code?: unknown }).code !== LOCK_NOT_AVAILABLE) throw error;
  throw new ApiError('TIMEOUT', 'The erasure is noted and will be finished: ask again for its receipt');
}

/** @returns also whether a position was taken */
async function leave(client: PoolClient, id: string): Promise<{ row: Row; left: boolean }> {
  await excludeWriters(client, LOCK_MS);
  const { rows } = await client.query<Omit<Row, 'position'> & { position: number | null }>(
    'SELECT subjects, position, events, order_lines AS "orderLines" FROM erasures WHERE id = $1 FOR UPDATE',
    [id],
  );
  const [{ position: before, ...asked }] = rows;
  if (before !== null) return { row: { ...asked, position: before }, left: false };
  const subjects = await namesOf(client, asked.subjects);
  await bury(client, subjects);
  const person: Person = { subjects, events: 0, orderLines: 0, positions: [] };
  for (const place of Object.values(PLACES)) if (typeof place === 'function') await place(client, person);
  const { events, orderLines } = person;
  await client.query('UPDATE erasures SET subjects = $2, events = $3, order_lines = $4 WHERE id = $1', [
    id,
    subjects,
    events,
    orderLines,
  ]);
  // Somebody of whom the log never told changes nothing, so nothing has to be learned again.
  const left = person.positions.length > 0;
  const position = left ? await takePosition(client, CHANGE) : await newestPosition(client);
  if (left) await client.query('UPDATE erasures SET position = $2 WHERE id = $1', [id, position]);
  return { row: { subjects, position, events, orderLines }, left };
}
