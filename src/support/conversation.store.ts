import { isSessionSubject, orderIdsIn, type Merge } from '../events/log-event';
import type { LogChange } from '../events/position.store';
import type { TimeCursor } from '../graphql/connection';
import type { Pool, PoolClient } from '../platform/postgres';
import { execute, queryFirst, queryOne, queryRows, type SqlClient } from '../platform/sql';
import type { AnswerContent } from './answers/answer';
import {
  isAnswer,
  settlingTime,
  type ConversationOwner,
  type ConversationRecord,
  type ConversationStatus,
  type MadeChoice,
  type MessageRecord,
} from './conversation';
import { eraseOrderRequests, eraseRequestsAbout } from './requests/order-request.store';
import type { ReviewReason } from './reviews/review';
import type { UnderstoodMessage } from './understanding/understood-message';

const COLUMNS = `id, customer_id AS "customerId", session_id AS "sessionId", order_id AS "orderId", guest_id AS "guestId",
  ${firstCustomerOf("'s:' || session_id")} AS "sessionCustomerId", language, status,
  operator_id AS "operatorId", operator_name AS "operatorName", started_at AS "startedAt", updated_at AS "updatedAt",
  handed_off_at AS "handedOffAt", closed_at AS "closedAt", reply_address AS "replyAddress",
  message_count AS "messageCount", position`;

/** SQL: the fields of a message. */
export const MESSAGE_COLUMNS = `ordinal, client_id AS "clientId", author, text, sent_at AS "sentAt", choice,
  awaits_answer AS "awaitsAnswer", answer_to AS "answerTo", understood, content, operator_name AS "operatorName", helpful`;

export async function insertConversation(
  client: PoolClient,
  {
    id,
    customerId,
    sessionId,
    orderId,
    guestId,
    language,
    startedAt,
  }: Pick<ConversationRecord, keyof ConversationOwner | 'id' | 'guestId' | 'language' | 'startedAt'>,
): Promise<void> {
  await execute(
    client,
    `INSERT INTO conversations (id, customer_id, session_id, order_id, guest_id, language, status, started_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, 'AUTOMATIC', $7, $7)`,
    [id, customerId, sessionId, orderId, guestId, language, startedAt],
  );
}

export function findConversation(client: SqlClient, id: string): Promise<ConversationRecord | undefined> {
  const text = `SELECT ${COLUMNS} FROM conversations WHERE id = $1`;
  return queryFirst<ConversationRecord>(client, { name: 'conversation', text, values: [id] });
}

/** Returns the id of the oldest conversation of a customer. */
export async function findConversationOf(client: SqlClient, customerId: string): Promise<string | undefined> {
  const oldest = await queryFirst<{ id: string }>(
    client,
    'SELECT id FROM conversations WHERE customer_id = $1 ORDER BY started_at, id LIMIT 1',
    [customerId],
  );
  return oldest?.id;
}

/** Excludes other writers of the conversation until the transaction ends. */
export function lockConversation(client: PoolClient, id: string): Promise<ConversationRecord | undefined> {
  const text = `SELECT ${COLUMNS} FROM conversations WHERE id = $1 FOR UPDATE`;
  return queryFirst<ConversationRecord>(client, { name: 'lock-conversation', text, values: [id] });
}

/**
 * SQL: what changes of a conversation, from the values of {@link changeOf}. It settles only if no person was involved: once
 * one is, the status is never AUTOMATIC again.
 */
const CHANGE = `UPDATE conversations SET customer_id = $2, status = $3, operator_id = $4, operator_name = $5, updated_at = $6,
  handed_off_at = $7, closed_at = $8, message_count = $9, reply_address = $10,
  settles_at = CASE WHEN $3 IN ('AUTOMATIC', 'CLOSED') THEN coalesce($11, settles_at) END WHERE id = $1`;

/** @param settlesAt the new time at which it settles; null: as before */
function changeOf(record: ConversationRecord, settlesAt: Date | null = null): unknown[] {
  return [
    record.id,
    record.customerId,
    record.status,
    record.operatorId,
    record.operatorName,
    record.updatedAt,
    record.handedOffAt,
    record.closedAt,
    record.messageCount,
    record.replyAddress,
    settlesAt,
  ];
}

/** Writes what changes of a locked conversation. */
export async function updateConversation(client: PoolClient, record: ConversationRecord): Promise<void> {
  await execute(client, { name: 'update-conversation', text: CHANGE, values: changeOf(record) });
}

/** Stores the position of a change. @returns the conversation as it is stored then */
export function storePosition(
  client: PoolClient,
  id: string,
  position: number,
): Promise<ConversationRecord | undefined> {
  const text = `UPDATE conversations SET position = $2 WHERE id = $1 RETURNING ${COLUMNS}`;
  return queryFirst<ConversationRecord>(client, { name: 'conversation-position', text, values: [id, position] });
}

/** Records the log position of the change of these conversations. */
async function storePositions(client: PoolClient, ids: readonly string[], position: number): Promise<void> {
  await execute(client, 'UPDATE conversations SET position = $2 WHERE id = ANY($1::uuid[])', [ids, position]);
}

/** Inserts a message, and writes what changes of its locked conversation. */
export async function appendMessage(
  client: PoolClient,
  record: ConversationRecord,
  message: Omit<MessageRecord, 'helpful' | 'understood'>,
): Promise<void> {
  // The notice of a decision about a request begins no new wait.
  const settlesAt = message.author === 'CUSTOMER' || isAnswer(message) ? settlingTime(message.sentAt) : null;
  await execute(client, {
    name: 'append-conversation-message',
    text: `WITH changed AS (${CHANGE})
     INSERT INTO conversation_messages
       (conversation_id, ordinal, client_id, author, text, sent_at, choice, awaits_answer, answer_to, content, operator_name)
     VALUES ($1, $9, $12, $13, $14, $6, $15::jsonb, $16, $17, $18::jsonb, $19)`,
    values: [
      ...changeOf({ ...record, messageCount: message.ordinal, updatedAt: message.sentAt }, settlesAt),
      message.clientId,
      message.author,
      message.text,
      jsonOf(message.choice),
      message.awaitsAnswer,
      message.answerTo,
      jsonOf(message.content),
      message.operatorName,
    ],
  });
}

/** Returns the messages of a conversation, the oldest first. */
export function readMessages(client: SqlClient, conversationId: string): Promise<MessageRecord[]> {
  const text = `SELECT ${MESSAGE_COLUMNS} FROM conversation_messages WHERE conversation_id = $1 ORDER BY ordinal`;
  return queryRows<MessageRecord>(client, { name: 'conversation-messages', text, values: [conversationId] });
}

interface MessageOfConversation extends MessageRecord {
  readonly conversationId: string;
}

/** Returns the messages of several conversations, the oldest of each first. */
export function readMessagesOf(
  client: SqlClient,
  conversationIds: readonly string[],
): Promise<MessageOfConversation[]> {
  const text = `SELECT conversation_id AS "conversationId", ${MESSAGE_COLUMNS} FROM conversation_messages
    WHERE conversation_id = ANY($1::uuid[]) ORDER BY conversation_id, ordinal`;
  return queryRows<MessageOfConversation>(client, {
    name: 'messages-of-conversations',
    text,
    values: [conversationIds],
  });
}

export function findMessageOfClient(
  client: PoolClient,
  conversationId: string,
  clientId: string,
): Promise<MessageRecord | undefined> {
  return queryFirst<MessageRecord>(client, {
    name: 'conversation-message-of-client',
    text: `SELECT ${MESSAGE_COLUMNS} FROM conversation_messages WHERE conversation_id = $1 AND client_id = $2`,
    values: [conversationId, clientId],
  });
}

/**
 * Marks a message as answered, so that no other process answers it.
 * @param review why people should look at it; null if they need not
 * @returns false if another process has done so
 */
export async function claimMessage(
  client: PoolClient,
  conversationId: string,
  ordinal: number,
  understood: UnderstoodMessage | null,
  review: ReviewReason | null,
): Promise<boolean> {
  const claimed = await execute(client, {
    name: 'claim-conversation-message',
    text: `UPDATE conversation_messages SET awaits_answer = false, understood = $3::jsonb
         || jsonb_strip_nulls(jsonb_build_object('corrected', understood->'corrected')),
       review = CASE WHEN review = 'CORRECTED' THEN review ELSE $4 END
     WHERE conversation_id = $1 AND ordinal = $2 AND awaits_answer`,
    values: [conversationId, ordinal, jsonOf(understood), review],
  });
  return claimed === 1;
}

/** Ends the wait of all messages of a conversation that are not answered yet: a person answers them. */
export async function endWaiting(client: PoolClient, conversationId: string): Promise<void> {
  await execute(
    client,
    'UPDATE conversation_messages SET awaits_answer = false WHERE conversation_id = $1 AND awaits_answer',
    [conversationId],
  );
}

export interface AwaitingMessage {
  readonly conversationId: string;
  readonly ordinal: number;
  readonly sentAt: Date;
}

/** Returns messages that were sent before a time and have no answer yet, the oldest first. */
export function readAwaiting(pool: Pool, before: Date, count: number): Promise<AwaitingMessage[]> {
  return queryRows<AwaitingMessage>(
    pool,
    `SELECT conversation_id AS "conversationId", ordinal, sent_at AS "sentAt" FROM conversation_messages
     WHERE awaits_answer AND sent_at < $1 ORDER BY sent_at LIMIT $2`,
    [before, count],
  );
}

/** Stores the rating of an automatic answer. @returns whether that has changed it */
export async function rateMessage(
  client: PoolClient,
  conversationId: string,
  ordinal: number,
  helpful: boolean,
): Promise<boolean> {
  const rated = await execute(
    client,
    `UPDATE conversation_messages SET helpful = $3
     WHERE conversation_id = $1 AND ordinal = $2 AND answer_to IS NOT NULL AND helpful IS DISTINCT FROM $3`,
    [conversationId, ordinal, helpful],
  );
  return rated === 1;
}

/** Stores the right intent of a message. */
export async function storeCorrection(
  client: PoolClient,
  conversationId: string,
  ordinal: number,
  intent: string,
): Promise<void> {
  await execute(
    client,
    `UPDATE conversation_messages SET understood = coalesce(understood, '{"candidates": []}'::jsonb)
       || jsonb_build_object('corrected', $3::text) WHERE conversation_id = $1 AND ordinal = $2`,
    [conversationId, ordinal, intent],
  );
}

/** Returns the names of customers that the shop has stored: the attribute `name`, or `firstName` and `lastName`. */
export function readCustomerNames(
  client: SqlClient,
  customerIds: readonly string[],
): Promise<{ readonly id: string; readonly name: string }[]> {
  return queryRows<{ readonly id: string; readonly name: string }>(client, {
    name: 'customer-names',
    text: `SELECT id, left(name, 200) AS name FROM customers, LATERAL (SELECT coalesce(
             nullif(trim(attributes->>'name'), ''), nullif(trim(concat_ws(' ', attributes->>'firstName', attributes->>'lastName')), '')
           ) AS name) named
           WHERE id = ANY($1::text[]) AND name IS NOT NULL`,
    values: [customerIds],
  });
}

/**
 * Returns conversations, those that changed last first.
 * @param statuses return only conversations with one of them; null for all
 */
export function pageOfConversations(
  pool: Pool,
  statuses: readonly ConversationStatus[] | null,
  after: TimeCursor | undefined,
  count: number,
): Promise<ConversationRecord[]> {
  return queryRows<ConversationRecord>(
    pool,
    `SELECT ${COLUMNS} FROM conversations
     WHERE ($1::text[] IS NULL OR status = ANY($1))
       AND ($2::timestamptz IS NULL OR (updated_at, id) < ($2, $3::uuid))
     ORDER BY updated_at DESC, id DESC LIMIT $4`,
    [statuses, after?.time ?? null, after?.texts[0] ?? null, count],
  );
}

/** Returns conversations that wait for a person, those that wait longest first. */
export function pageOfWaitingConversations(
  pool: Pool,
  after: TimeCursor | undefined,
  count: number,
): Promise<ConversationRecord[]> {
  return queryRows<ConversationRecord>(
    pool,
    `SELECT ${COLUMNS} FROM conversations
     WHERE status = 'WAITING' AND ($1::timestamptz IS NULL OR (handed_off_at, id) > ($1, $2::uuid))
     ORDER BY handed_off_at, id LIMIT $3`,
    [after?.time ?? null, after?.texts[0] ?? null, count],
  );
}

/**
 * Moves the conversations of a merged subject to a customer, in the transaction of the merge. Then only the token of
 * this customer opens them. Those of a session are moved only to the first customer into whom it is merged, because
 * another person may have used the device after that customer.
 * @returns what the change of the merge adds
 */
export async function moveMergedConversations(
  client: PoolClient,
  { from, into }: Merge,
): Promise<{ change: LogChange; afterPosition: (position: number) => Promise<void> }> {
  const rows = await queryRows<{ id: string }>(
    client,
    `UPDATE conversations SET customer_id = $3
     WHERE customer_id = $1 OR (customer_id IS NULL AND order_id IS NULL AND session_id = $2
       AND coalesce(${firstCustomerOf("'s:' || session_id")}, $3) = $3) RETURNING id`,
    [customerOf(from), sessionOf(from), customerOf(into)],
  );
  const ids = rows.map(({ id }) => id);
  return {
    change: ids.length === 0 ? {} : { conversations: ids },
    afterPosition: (position) => storePositions(client, ids, position),
  };
}

/** Deletes the conversations of erased people, with their messages, requests, and the examples that are texts of these. */
export async function eraseConversations(client: PoolClient, subjects: readonly string[]): Promise<void> {
  const found = await queryRows<{ id: string }>(
    client,
    `SELECT id FROM conversations
     WHERE customer_id = ANY($1::text[])
       OR (customer_id IS NULL AND (session_id = ANY($2::text[]) OR order_id = ANY($3::text[])))
     ORDER BY id FOR UPDATE`,
    [
      subjects.flatMap((subject) => customerOf(subject) ?? []),
      subjects.flatMap((subject) => sessionOf(subject) ?? []),
      orderIdsIn(subjects),
    ],
  );
  await eraseRequestsAbout(client, orderIdsIn(subjects));
  await deleteConversations(
    client,
    found.map(({ id }) => id),
  );
}

/**
 * Deletes conversations that were last updated before a time, with their messages, requests, and the examples that are
 * texts of these. Skips those that another transaction is changing.
 * @returns the ids
 */
export async function deleteOldConversations(client: PoolClient, before: Date, count: number): Promise<string[]> {
  const found = await queryRows<{ id: string }>(
    client,
    'SELECT id FROM conversations WHERE updated_at < $1 ORDER BY updated_at, id LIMIT $2 FOR UPDATE SKIP LOCKED',
    [before, count],
  );
  const ids = found.map(({ id }) => id);
  if (ids.length > 0) await deleteConversations(client, ids);
  return ids;
}

async function deleteConversations(client: PoolClient, ids: readonly string[]): Promise<void> {
  await eraseOrderRequests(client, ids);
  await execute(client, 'DELETE FROM intent_examples WHERE conversation_id = ANY($1::uuid[])', [ids]);
  await execute(client, 'DELETE FROM conversation_messages WHERE conversation_id = ANY($1::uuid[])', [ids]);
  await execute(client, 'DELETE FROM conversations WHERE id = ANY($1::uuid[])', [ids]);
}

/** SQL: the first customer into whom a subject was merged; null if it was merged into none. */
function firstCustomerOf(subject: string): string {
  return `(SELECT substr(m.into_subject, 3) FROM merges m WHERE m.from_subject = ${subject} ORDER BY m.position LIMIT 1)`;
}

function customerOf(subject: string): string | null {
  return subject.startsWith('c:') ? subject.slice(2) : null;
}

function sessionOf(subject: string): string | null {
  return isSessionSubject(subject) ? subject.slice(2) : null;
}

function jsonOf(value: AnswerContent | UnderstoodMessage | MadeChoice | null): string | null {
  return value === null ? null : JSON.stringify(value);
}

/** Returns the number of messages in conversations that wait for an automatic answer, and the age (ms) of the oldest. */
export function measureUnansweredMessages(pool: Pool): Promise<{ count: number; oldestAgeMs: number }> {
  return queryOne<{ count: number; oldestAgeMs: number }>(
    pool,
    `SELECT count(*)::int AS count, coalesce(date_part('epoch', now() - min(sent_at)) * 1000, 0) AS "oldestAgeMs"
     FROM conversation_messages WHERE awaits_answer`,
  );
}

/** Returns the number of conversations that wait for a person, and for how long (ms) the longest has waited. */
export function measureWaitingConversations(pool: Pool): Promise<{ count: number; longestMs: number }> {
  return queryOne<{ count: number; longestMs: number }>(pool, {
    name: 'waiting-conversations',
    text: `SELECT count(*)::int AS count,
             greatest(0, coalesce(extract(epoch FROM now() - min(handed_off_at)) * 1000, 0))::float8 AS "longestMs"
           FROM conversations WHERE status = 'WAITING'`,
  });
}
