import type { Pool, PoolClient } from '../../platform/postgres';
import { withLongTimeout } from '../../platform/postgres';
import { execute, queryColumn, queryOne, queryRows } from '../../platform/sql';
import type { IntentExample } from './intent-example';

/** Returns the examples of the shop, by id. */
export function readIntentExamples(client: PoolClient): Promise<IntentExample[]> {
  return queryRows<IntentExample>(client, withLongTimeout('SELECT text, intent FROM intent_examples ORDER BY id'));
}

/** An example as it is stored. */
export interface StoredIntentExample extends IntentExample {
  /** The conversation that it is from; null if the shop has given it. */
  readonly conversationId: string | null;
  /** BCP 47; null if it is not known. */
  readonly language: string | null;
  readonly updatedAt: Date;
}

/** The id of an example is a hash of its text, so that a text has one intent. */
const ID_OF_TEXT = (text: string) => `encode(sha256(convert_to(${text}, 'UTF8')), 'hex')`;

/**
 * Returns up to `count` examples in order of intent and text.
 * @param intent return only examples of this intent
 * @param after return only examples after this one
 */
export function pageOfIntentExamples(
  pool: Pool,
  intent: string | undefined,
  after: { readonly intent: string; readonly text: string } | undefined,
  count: number,
): Promise<StoredIntentExample[]> {
  return queryRows<StoredIntentExample>(
    pool,
    `SELECT text, intent, language, conversation_id AS "conversationId", updated_at AS "updatedAt" FROM intent_examples
     WHERE ($1::text IS NULL OR intent = $1)
       AND ($2::text IS NULL OR (intent COLLATE "C", text COLLATE "C") > ($2::text, $3::text))
     ORDER BY intent COLLATE "C", text COLLATE "C" LIMIT $4`,
    [intent ?? null, after?.intent ?? null, after?.text ?? null, count],
  );
}

/** Returns the intents of the examples of the shop, in order. `oos` is one of them if it has examples. */
export function readIntentNames(pool: Pool): Promise<string[]> {
  return queryColumn<{ intent: string }>(
    pool,
    'SELECT DISTINCT intent COLLATE "C" AS intent FROM intent_examples ORDER BY 1',
  );
}

/** Maximum number of examples of a shop. */
export const MAX_EXAMPLES = 20_000;
/** Maximum length of an example, in characters. */
export const MAX_EXAMPLE_LENGTH = 500;

/** Excludes other writers until the transaction ends. @returns the number of examples, and which of the texts have one */
export async function lockIntentExamples(
  client: PoolClient,
  texts: readonly string[],
): Promise<{ count: number; known: ReadonlySet<string> }> {
  await execute(client, `SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ':intent-examples', 0))`);
  const { count } = await queryOne<{ count: number }>(client, 'SELECT count(*)::int AS count FROM intent_examples');
  const rows = await queryRows<{ text: string }>(
    client,
    `SELECT text FROM intent_examples WHERE id IN (SELECT ${ID_OF_TEXT('t')} FROM unnest($1::text[]) AS named (t))`,
    [texts],
  );
  return { count, known: new Set(rows.map(({ text }) => text)) };
}

/** Stores examples. A text that is stored already gets the new intent. */
export async function writeIntentExamples(client: PoolClient, examples: readonly StoredIntentExample[]): Promise<void> {
  await execute(
    client,
    `INSERT INTO intent_examples (id, text, intent, conversation_id, updated_at, language)
     SELECT ${ID_OF_TEXT('text')}, text, intent, conversation_id, updated_at, language
     FROM unnest($1::text[], $2::text[], $3::uuid[], $4::timestamptz[], $5::text[])
       AS e (text, intent, conversation_id, updated_at, language)
     ON CONFLICT (id) DO UPDATE SET intent = excluded.intent, updated_at = excluded.updated_at,
       language = coalesce(excluded.language, intent_examples.language)`,
    [
      examples.map(({ text }) => text),
      examples.map(({ intent }) => intent),
      examples.map(({ conversationId }) => conversationId),
      examples.map(({ updatedAt }) => updatedAt),
      examples.map(({ language }) => language),
    ],
  );
}

/** Records the log position of the change of these texts. */
export async function storeExamplePositions(
  client: PoolClient,
  texts: readonly string[],
  position: number,
): Promise<void> {
  await execute(
    client,
    `UPDATE intent_examples SET position = $2 WHERE id IN (SELECT ${ID_OF_TEXT('text')} FROM unnest($1::text[]) AS t (text))`,
    [texts, position],
  );
}

/** Deletes examples. @returns the texts that had one */
export function removeIntentExamples(client: PoolClient, texts: readonly string[]): Promise<string[]> {
  return queryColumn<{ text: string }>(
    client,
    `DELETE FROM intent_examples WHERE id IN (SELECT ${ID_OF_TEXT('text')} FROM unnest($1::text[]) AS t (text))
     RETURNING text`,
    [texts],
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
