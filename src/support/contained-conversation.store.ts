import type { PoolClient } from '../platform/postgres';
import { execute, queryRows } from '../platform/sql';
import type { ConversationOwner } from './conversation';
import { UNKNOWN_INTENT, type AnsweredQuestion, type ConversationTopic } from './conversation-topic';

/** SQL: the intent of the message `m`; null if it is unknown. */
const INTENT = `coalesce(m.understood->>'corrected', m.understood->>'intent')`;
/** SQL: the ids of the orders that the answer `a` names or shows. */
const ORDER_IDS = `coalesce(jsonb_path_query_array(a.content, '$.cards[*] ? (@.kind == "ORDER").id')
  || jsonb_path_query_array(a.content, '$.parts[*].slots.*.source ? (@.kind == "ORDER").id'), '[]'::jsonb)`;

/** Number of other conversations of a customer that are compared. It bounds the work for a customer with many. */
const MAX_COMPARED = 100;

/** Returns the messages of the customer in conversations, the oldest of each first. */
export function readQuestions(
  client: PoolClient,
  conversationIds: readonly string[],
): Promise<(AnsweredQuestion & { readonly conversationId: string })[]> {
  return queryRows<AnsweredQuestion & { readonly conversationId: string }>(client, {
    name: 'conversation-questions',
    text: `SELECT m.conversation_id AS "conversationId", m.ordinal, m.sent_at AS "sentAt", ${INTENT} AS intent,
             a.content->>'language' AS language, a.content->>'outcome' AS outcome, ${ORDER_IDS} AS "orderIds"
           FROM conversation_messages m
           LEFT JOIN conversation_messages a ON a.conversation_id = m.conversation_id AND a.answer_to = m.ordinal
           WHERE m.conversation_id = ANY($1::uuid[]) AND m.author = 'CUSTOMER'
           ORDER BY m.conversation_id, m.ordinal`,
    values: [conversationIds],
  });
}

export interface SettlingConversation extends ConversationOwner {
  readonly id: string;
  readonly settlesAt: Date;
}

/**
 * Locks conversations that settle before a time, those that settle first first, and marks them as settled. Skips those
 * that another transaction is changing.
 */
export async function takeSettled(client: PoolClient, before: Date, count: number): Promise<SettlingConversation[]> {
  const settled = await queryRows<SettlingConversation>(
    client,
    `SELECT id, customer_id AS "customerId", session_id AS "sessionId", order_id AS "orderId", settles_at AS "settlesAt"
     FROM conversations WHERE settles_at < $1 ORDER BY settles_at, id LIMIT $2 FOR UPDATE SKIP LOCKED`,
    [before, count],
  );
  const ids = settled.map(({ id }) => id);
  if (ids.length > 0)
    await execute(client, 'UPDATE conversations SET settles_at = NULL WHERE id = ANY($1::uuid[])', [ids]);
  return settled;
}

/** A settled conversation, with what it is about and when the customer last wrote in it. */
export interface SettledTopic extends SettlingConversation, ConversationTopic {
  readonly askedAt: Date;
}

/**
 * Returns the ids of those conversations whose customer has asked the same in another one before they settled: with the
 * same intent, and about one of the same orders unless one of the two names none. A message to a person has no intent, and
 * counts as the same. Conversations of a guest are those about the order. Only the newest of many others are compared.
 */
export async function findAskedAgain(
  client: PoolClient,
  topics: readonly SettledTopic[],
): Promise<ReadonlySet<string>> {
  const rows = await queryRows<{ id: string }>(
    client,
    `SELECT t.id FROM jsonb_to_recordset($1::jsonb) AS t (id uuid, "customerId" text, "sessionId" text, "orderId" text,
       intent text, "orderIds" jsonb, "askedAt" timestamptz, "settlesAt" timestamptz)
     WHERE EXISTS (
       SELECT FROM (
         SELECT id FROM conversations
         WHERE (customer_id = t."customerId" OR session_id = t."sessionId" OR order_id = t."orderId")
           AND id <> t.id AND updated_at > t."askedAt"
         ORDER BY updated_at DESC LIMIT ${MAX_COMPARED}
       ) o
       JOIN conversation_messages m ON m.conversation_id = o.id AND m.author = 'CUSTOMER'
         AND m.sent_at > t."askedAt" AND m.sent_at <= t."settlesAt"
       LEFT JOIN conversation_messages a ON a.conversation_id = m.conversation_id AND a.answer_to = m.ordinal
       WHERE (m.understood IS NULL OR coalesce(${INTENT}, $2) = t.intent)
         AND (t."orderIds" = '[]' OR ${ORDER_IDS} = '[]'
           OR ${ORDER_IDS} ?| ARRAY(SELECT jsonb_array_elements_text(t."orderIds")))
     )`,
    [
      JSON.stringify(
        // A customer may have shared the device of the session.
        topics.map((topic) => ({ ...topic, sessionId: topic.customerId === null ? topic.sessionId : null })),
      ),
      UNKNOWN_INTENT,
    ],
  );
  return new Set(rows.map(({ id }) => id));
}
