import { withLongTimeout, type Pool } from './postgres';
import { execute } from './sql';

const DEFAULT_TIMEOUT_MS = 5_000;

/** Runs an empty statement. @throws Error if the database does not answer within `timeoutMs` */
export async function pingDatabase(pool: Pool, timeoutMs = DEFAULT_TIMEOUT_MS): Promise<void> {
  await execute(pool, withLongTimeout('SELECT 1', [], timeoutMs));
}
