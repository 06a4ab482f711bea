import type { InboxBatch } from './inbox-batch.type';
import type { Pool } from '../platform/postgres';
import { queryRows } from '../platform/sql';
import type { InboxState } from './inbox.store';
import type { TimeCursor } from '../graphql/connection';

export function pageOfInboxBatches(
  pool: Pool,
  isUnfinished: boolean,
  state: InboxState | undefined,
  after: TimeCursor | undefined,
  count: number,
): Promise<InboxBatch[]> {
  return queryRows<InboxBatch>(
    pool,
    `SELECT id, state, count AS events, attempts, received_at AS "receivedAt", last_error AS "lastError",
       CASE WHEN done_at IS NULL AND state <> 'SPLIT' THEN retry_at END AS "retryAt", position::text, parent
     FROM inbox
     WHERE ($1::text IS NULL OR state = $1) AND ($2::timestamptz IS NULL OR (received_at, id) < ($2, $3::uuid))
       ${isUnfinished ? 'AND done_at IS NULL' : ''}
     ORDER BY received_at DESC, id DESC LIMIT $4`,
    [state ?? null, after?.time ?? null, after?.texts[0] ?? null, count],
  );
}
