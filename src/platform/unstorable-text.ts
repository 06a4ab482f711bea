/** SQLSTATE codes: a text is not valid in the encoding of the database; JSON has an escape that PostgreSQL can't store. */
const CODES = new Set(['22021', '22P05']);

/**
 * Returns whether PostgreSQL refused a text of a statement. Mutations check the texts that they store, so the text is an
 * argument of a query.
 */
export function isUnstorableText(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && CODES.has(String(error.code));
}
