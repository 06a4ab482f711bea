import { faultOfId } from '../auth/identify';
import { awaitAccepted } from '../events/await-accepted.service';
import { subjectOfCustomer, subjectOfSession } from '../events/log-event';
import type { Outbox } from '../events/outbox';
import { newestPosition, takePosition, type LogChange } from '../events/position';
import { receiptOf } from '../events/receipts';
import { erasedAmong } from '../events/tombstone.service';
import { inTransaction, type Pool, type PoolClient } from '../platform/postgres';
import { markOrders, moveOrdersTo } from '../orders/order-owner.service';
import { ERASED } from './customer.service';
import type { MergeCustomerInput, MergeCustomerPayload } from './merge.type';

/** How long it waits for what was acknowledged before it, so that this is merged too. */
const ACCEPTED_MS = 2_000;

/**
 * Two subjects that turn out to be one person. The log stays as it was: a merge is a fact with a position of its own,
 * and what the first had done up to there counts as the second's from there on. What is done later under the old name
 * stays apart, so that a token that was left behind on a shared machine shows nobody's past.
 */
export class MergeService {
  constructor(
    private readonly pool: Pool,
    private readonly outbox: Outbox,
  ) {}

  async merge(input: MergeCustomerInput): Promise<MergeCustomerPayload> {
    const wrong = faultOf(input);
    if (wrong) return { receipt: null, errors: [{ index: 0, code: 'BAD_USER_INPUT', ...wrong }] };
    const [path, from] =
      input.fromCustomerId == null
        ? ['fromSessionId', subjectOfSession(input.fromSessionId as string)]
        : ['fromCustomerId', subjectOfCustomer(input.fromCustomerId)];
    const into = subjectOfCustomer(input.intoCustomerId);
    await awaitAccepted(this.pool, from, ACCEPTED_MS);
    const merged = await inTransaction(this.pool, async (client) => {
      const erased = await erasedAmong(client, [from, into]);
      if (erased.size > 0) return { erased: erased.has(into) ? 'intoCustomerId' : path };
      await client.query('INSERT INTO customers (id, created_at) VALUES ($1, now()) ON CONFLICT (id) DO NOTHING', [
        input.intoCustomerId,
      ]);
      if (await isDone(client, from, into)) return { position: await newestPosition(client), change: null };
      const orders = await moveOrdersTo(client, from, input.intoCustomerId);
      const change: LogChange = { merged: { from, into }, ...(orders.length > 0 ? { orders } : {}) };
      const position = await takePosition(client, change);
      // After the position, whose row lock lets one merge in at a time.
      await client.query('INSERT INTO merges (position, from_subject, into_subject) VALUES ($1, $2, $3)', [
        position,
        from,
        into,
      ]);
      await markOrders(client, orders, position);
      return { position, change };
    });
    if (merged.erased !== undefined) return { receipt: null, errors: [{ index: 0, ...ERASED, path: merged.erased }] };
    if (merged.change) this.outbox.publish(merged.position, merged.change);
    return { receipt: receiptOf(merged.position), errors: [] };
  }
}

/** Whether the same has been asked before, and nothing has come under the old name since: repeating is harmless. */
async function isDone(client: PoolClient, from: string, into: string): Promise<boolean> {
  const { rows } = await client.query<{ done: boolean }>(
    `SELECT m.into_subject = $2 AND NOT EXISTS (
       SELECT FROM events e WHERE e.subject = $1
         AND (SELECT position FROM log_batches WHERE batch = e.batch) > m.position
     ) AND NOT EXISTS (
       SELECT FROM merges later WHERE later.into_subject = $1 AND later.position > m.position AND later.set_aside IS NULL
     ) AS done
     FROM merges m WHERE m.from_subject = $1 AND m.set_aside IS NULL ORDER BY m.position DESC LIMIT 1`,
    [from, into],
  );
  return rows[0]?.done ?? false;
}

function faultOf(input: MergeCustomerInput): { message: string; path: string } | undefined {
  const { fromCustomerId, fromSessionId, intoCustomerId } = input;
  if ((fromCustomerId == null) === (fromSessionId == null)) {
    return { message: 'exactly one of fromCustomerId and fromSessionId is needed', path: 'fromCustomerId' };
  }
  if (fromCustomerId === intoCustomerId)
    return { message: 'a customer is merged into another', path: 'intoCustomerId' };
  for (const [path, id] of Object.entries({ fromCustomerId, fromSessionId, intoCustomerId })) {
    const wrong = id == null ? undefined : faultOfId(path, id);
    if (wrong) return { message: wrong, path };
  }
  return undefined;
}
