import { inTransaction, type Pool } from '../platform/postgres';
import { execute, queryFirst } from '../platform/sql';

/** The columns of a key that authentication reads. */
interface KeyRow {
  readonly id: string;
  readonly scope: string;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly advertiserId: string | null;
}

/** Plain SQL, because processes and first requests wait for it; see `readSettings`. */
export function readKey(pool: Pick<Pool, 'query'>, secretHash: Buffer): Promise<KeyRow | undefined> {
  return queryFirst<{
    id: string;
    scope: string;
    expiresAt: Date | null;
    revokedAt: Date | null;
    advertiserId: string | null;
  }>(
    pool,
    `SELECT id, scope, expires_at AS "expiresAt", revoked_at AS "revokedAt", advertiser_id AS "advertiserId"
     FROM api_keys WHERE secret_hash = $1`,
    [secretHash],
  );
}

interface NewKey {
  readonly id: string;
  readonly name: string;
  readonly scope: string;
  readonly secretHash: Buffer;
  readonly hint: string;
  readonly createdAt: Date;
}

/** Which keys make a new one unnecessary: the one with this hash, or valid ones of the scope and, if given, the name. */
type MatchingKeys =
  { readonly secretHash: Buffer } | { readonly scope: string; readonly name: string | null; readonly now: Date };

/** Inserts a key unless there is a matching one. @returns whether it did */
export function insertUnlessFound(pool: Pool, key: NewKey, match: MatchingKeys): Promise<boolean> {
  return inTransaction(pool, async (client) => {
    // Without the lock, two processes that start at the same time would both find no key.
    await execute(client, `SELECT pg_advisory_xact_lock(hashtext(current_schema() || ':api_keys'))`);
    const found =
      'secretHash' in match
        ? await queryFirst<{ id: string }>(client, 'SELECT id FROM api_keys WHERE secret_hash = $1', [match.secretHash])
        : await queryFirst<{ id: string }>(
            client,
            `SELECT id FROM api_keys WHERE scope = $1 AND ($2::text IS NULL OR name = $2) AND revoked_at IS NULL
             AND (expires_at IS NULL OR expires_at > $3) LIMIT 1`,
            [match.scope, match.name, match.now],
          );
    if (found !== undefined) return false;
    await execute(
      client,
      `INSERT INTO api_keys (id, name, scope, secret_hash, hint, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
      [key.id, key.name, key.scope, key.secretHash, key.hint, key.createdAt],
    );
    return true;
  });
}
