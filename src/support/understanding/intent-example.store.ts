import type { Pool, PoolClient } from '../../platform/postgres';
import { withLongTimeout } from '../../platform/postgres';
import { execute, queryOne, queryRows } from '../../platform/sql';
import type { IntentExample } from './intent-example';

/** Returns the examples of the shop, by id. */
export function readIntentExamples(client: PoolClient): Promise<IntentExample[]> {
  return queryRows<IntentExample>(client, withLongTimeout('SELECT text, intent FROM intent_examples ORDER BY id'));
}

/** Stores a message of a customer as an example. The same text has one example. */
export async function storeCorrectedExample(
  client: PoolClient,
  { text, intent, conversationId, updatedAt }: IntentExample & { conversationId: string; updatedAt: Date },
): Promise<void> {
  await execute(
    client,
    `INSERT INTO intent_examples (id, text, intent, conversation_id, updated_at)
     VALUES (encode(sha256(convert_to($1, 'UTF8')), 'hex'), $1, $2, $3, $4)
     ON CONFLICT (id) DO UPDATE SET intent = excluded.intent, updated_at = excluded.updated_at`,
    [text, intent, conversationId, updatedAt],
  );
}

/** Records the log position of the change of an example. */
export async function storeExamplePosition(client: PoolClient, text: string, position: number): Promise<void> {
  await execute(
    client,
    `UPDATE intent_examples SET position = $2 WHERE id = encode(sha256(convert_to($1, 'UTF8')), 'hex')`,
    [text, position],
  );
}

/** Whether a shop uses customer answers, and what the examples of the next fit are. */
export function readIntentState(pool: Pool) {
  return queryOne<{ isUsed: boolean; exampleCount: number; position: number; fittedCount: number | null }>(
    pool,
    `SELECT EXISTS (SELECT FROM conversations) OR EXISTS (SELECT FROM articles)
         OR EXISTS (SELECT FROM intent_examples) AS "isUsed",
       (SELECT count(*)::int FROM intent_examples) AS "exampleCount",
       (SELECT coalesce(max(position), 0) FROM intent_examples) AS position,
       (SELECT (parameters->>'shopExamples')::int FROM model_versions WHERE kind = 'intents' ORDER BY number DESC LIMIT 1)
         AS "fittedCount"`,
  );
}
