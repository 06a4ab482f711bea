import type { TimeCursor } from '../../graphql/connection';
import type { Pool, PoolClient } from '../../platform/postgres';
import { execute, queryRows } from '../../platform/sql';
import { MESSAGE_COLUMNS } from '../conversation.store';
import type { MessageRecord } from '../conversation';
import type { ReviewReason, ReviewRecord } from './review';

/** A question with its message, and the customer of its conversation. */
export interface ReviewedMessage extends MessageRecord, ReviewRecord {
  readonly customerId: string | null;
  /** The language of the automatic answer; null if there is none. */
  readonly language: string | null;
}

/** Returns questions that people should look at, the newest first. */
export function pageOfReviews(
  pool: Pool,
  reasons: readonly ReviewReason[],
  after: TimeCursor | undefined,
  count: number,
): Promise<ReviewedMessage[]> {
  return queryRows<ReviewedMessage>(
    pool,
    `SELECT page.*, c.customer_id AS "customerId", a.content->>'language' AS language
     FROM (SELECT ${MESSAGE_COLUMNS}, conversation_id AS "conversationId", review AS reason FROM conversation_messages
           WHERE review IS NOT NULL AND review = ANY($1::text[])
             AND ($2::timestamptz IS NULL OR (sent_at, conversation_id, ordinal) < ($2, $3::uuid, $4::int))
           ORDER BY sent_at DESC, conversation_id DESC, ordinal DESC LIMIT $5) page
     JOIN conversations c ON c.id = page."conversationId"
     LEFT JOIN conversation_messages a ON a.conversation_id = page."conversationId" AND a.answer_to = page.ordinal
     ORDER BY page."sentAt" DESC, page."conversationId" DESC, page.ordinal DESC`,
    [reasons, after?.time ?? null, after?.texts[0] ?? null, after?.texts[1] ?? null, count],
  );
}

/** Queues a question. One that is queued already keeps its reason, unless it is corrected. */
export async function queueReview(
  client: PoolClient,
  { conversationId, ordinal, reason }: ReviewRecord,
): Promise<void> {
  await execute(
    client,
    `UPDATE conversation_messages SET review = $3
     WHERE conversation_id = $1 AND ordinal = $2 AND ($3 = 'CORRECTED' OR review IS NULL)`,
    [conversationId, ordinal, reason],
  );
}

/**
 * Takes a question off the queue.
 * @param reason only if it is there for this reason; null for any
 * @returns whether it was there
 */
export async function closeReview(
  client: PoolClient,
  { conversationId, ordinal, reason }: Omit<ReviewRecord, 'reason'> & { readonly reason: ReviewReason | null },
): Promise<boolean> {
  const closed = await execute(
    client,
    `UPDATE conversation_messages SET review = NULL
     WHERE conversation_id = $1 AND ordinal = $2 AND review IS NOT NULL AND ($3::text IS NULL OR review = $3)`,
    [conversationId, ordinal, reason],
  );
  return closed === 1;
}
