import { commitChange } from '../events/commit-change';
import type { Outbox } from '../events/outbox.service';
import { excludeWriters } from '../events/tombstone.store';
import type { Pool, PoolClient } from '../platform/postgres';
import { execute, queryRows } from '../platform/sql';
import { COMPILE_VERSION } from './compile-stream';
import { DEFAULT_MAX_KEYS } from './key-limit';
import { beginVersion, lockStreams, type StreamRecord } from './stream.store';

/** Maximum time (ms) that a change of streams waits for running batches. Meanwhile, new batches wait for the change. */
const LOCK_MS = 4_000;
/** The same limit (ms) for a change in the background. It is shorter, because such a change can be retried. */
const BACKGROUND_LOCK_MS = 1_000;

/**
 * Changes streams while no batch is running, at a new log position. So each batch is counted either by the streams as
 * they were before the change, or by the streams as they are after it.
 * @param ids the streams that `work` changes
 * @param check returns the reason to refuse the request, or null
 * @param work makes the change. It receives the position at which new versions begin
 */
export async function changeStreams<T>(
  pool: Pool,
  outbox: Outbox,
  ids: readonly string[],
  check: (client: PoolClient) => Promise<T | null>,
  work: (client: PoolClient, position: number) => Promise<void>,
  lockMs = LOCK_MS,
): Promise<{ readonly refused: T | null; readonly position: number | null }> {
  const { refused, position } = await commitChange(pool, outbox, async (client) => {
    await excludeWriters(client, lockMs);
    await lockStreams(client, ids);
    const refused = await check(client);
    const afterPosition = (position: number) => work(client, position);
    return { refused, change: refused === null ? {} : null, afterPosition };
  });
  return { refused, position: refused === null ? position : null };
}

/** SQL: whether the stream `s` was compiled by a {@link COMPILE_VERSION} before $1 and is now counted differently. */
const OUTDATED = `EXISTS (
  SELECT FROM (
    SELECT compile_version, state, keys FROM stream_versions WHERE stream = s.id AND state <> 'GONE' ORDER BY version DESC LIMIT 1
  ) v WHERE v.compile_version < $1::int
    AND (s.spec->'join' IS NOT NULL OR v.state = 'FULL' OR v.keys > ${DEFAULT_MAX_KEYS} AND s.spec->'window'->>'gap' IS NULL))`;

/** Rebuilds the streams for which a rebuild is requested, or that an older {@link COMPILE_VERSION} compiled. */
export async function rebuildRequested(pool: Pool, outbox: Outbox): Promise<void> {
  const readOutdated = async (db: Pool | PoolClient) =>
    await queryRows<Pick<StreamRecord, 'id' | 'spec' | 'fromPosition'>>(
      db,
      `SELECT id, spec, from_position AS "fromPosition" FROM streams s WHERE spec->>'over' IS NULL AND (rebuild OR ${OUTDATED})`,
      [COMPILE_VERSION],
    );
  const ids = (await readOutdated(pool)).map(({ id }) => id);
  if (ids.length === 0) return;
  const readStillOutdated = async (client: PoolClient) =>
    (await readOutdated(client)).filter(({ id }) => ids.includes(id));
  await changeStreams(
    pool,
    outbox,
    ids,
    async (client) => ((await readStillOutdated(client)).length === 0 ? 'another process did it' : null),
    async (client, position) => {
      for (const stream of await readStillOutdated(client)) await beginVersion(client, stream, position);
      await execute(client, 'UPDATE streams SET rebuild = false WHERE id = ANY($1)', [ids]);
    },
    BACKGROUND_LOCK_MS,
  );
}
