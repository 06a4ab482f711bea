import { commitChange } from '../events/commit-change';
import type { Outbox } from '../events/outbox.service';
import { excludeWriters } from '../events/tombstone.store';
import type { Pool, PoolClient } from '../platform/postgres';
import { beginVersion, lockStreams, readOutdatedStreams, clearRebuild } from './stream.store';

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
  outbox: Outbox,
  ids: readonly string[],
  check: (client: PoolClient) => Promise<T | null>,
  work: (client: PoolClient, position: number) => Promise<void>,
  lockMs = LOCK_MS,
): Promise<{ readonly refused: T | null; readonly position: number | null }> {
  const { refused, position } = await commitChange(outbox, async (client) => {
    await excludeWriters(client, lockMs);
    await lockStreams(client, ids);
    const refused = await check(client);
    const afterPosition = (position: number) => work(client, position);
    return { refused, change: refused === null ? {} : null, afterPosition };
  });
  return { refused, position: refused === null ? position : null };
}

/** Rebuilds the streams for which a rebuild is requested and can begin, or that an older `COMPILE_VERSION` compiled. */
export async function rebuildRequested(pool: Pool, outbox: Outbox): Promise<void> {
  const ids = (await readOutdatedStreams(pool)).map(({ id }) => id);
  if (ids.length === 0) return;
  const readStillOutdated = async (client: PoolClient) =>
    (await readOutdatedStreams(client)).filter(({ id }) => ids.includes(id));
  await changeStreams(
    outbox,
    ids,
    async (client) => ((await readStillOutdated(client)).length === 0 ? 'another process did it' : null),
    async (client, position) => {
      const outdated = await readStillOutdated(client);
      for (const stream of outdated) await beginVersion(client, stream, position);
      await clearRebuild(
        client,
        outdated.map(({ id }) => id),
      );
    },
    BACKGROUND_LOCK_MS,
  );
}
