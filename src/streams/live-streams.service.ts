import type { ArrivalInfo } from '../events/log-writer';
import type { StoredEvent } from '../events/stored-event';
import { BudgetExceeded } from '../expressions/budget';
import type { Pool, PoolClient } from '../platform/postgres';
import { compileStream, type Arrival, type CompiledStream } from './compile-stream';
import { loadEventContexts } from './event-context.store';
import { encodeJoinPartial, type UnpositionedJoinPartial } from './join/join-candidate';
import { insertPartials, type EncodedPartial } from './partial-aggregates.store';
import type { PartialAggregates } from './partial-aggregates';
import type { StreamSpec } from './stream-spec';

/** One version of a stream, compiled and ready to count events. */
export interface LiveStream {
  readonly stream: string;
  readonly version: number;
  readonly compiled: CompiledStream;
}

/**
 * SQL: identifies the set of live versions (which count events) by its size and its largest version. New versions have
 * increasing numbers, and a removed version never returns. So the set cannot change without a change of its size or its
 * maximum.
 */
export const LIVE_SIGNATURE = `(
  SELECT count(*) || ':' || coalesce(max(version), 0) FROM stream_versions WHERE state IN ('LIVE', 'FILLING'))`;
const NO_STREAMS = '0:0';

/** Cached live streams of each database that this process uses. */
const liveStreamsByPool = new WeakMap<Pool, { readonly signature: string; readonly streams: readonly LiveStream[] }>();

/** The windows of one stream that a batch has changed, for notifying subscribers. */
export interface WindowChange {
  readonly stream: string;
  readonly version: number;
  /** `[key, start]` of each window; null for sessions and joins, whose windows only the merge can determine. */
  readonly changed: readonly (readonly [string, number])[] | null;
}

/** A batch of events that was appended to the log. */
interface CountedBatch {
  readonly batch: number;
  readonly inserted: readonly StoredEvent[];
  readonly sequences: readonly number[];
  readonly signature: string;
  readonly knownAt: number;
}

/**
 * Stores the partial aggregates that a batch of new events adds to streams, in the transaction that appends the batch.
 * It inserts one row per stream, so that batches never wait for each other. `WindowMerger` merges the rows into windows
 * later.
 * @param batch the appended batch. `signature` is {@link LIVE_SIGNATURE}, read in this transaction, which holds a lock
 *   that blocks changes of streams. So a stream version counts all batches after its start position and no earlier one.
 * @returns the changed windows of each stream
 */
export async function countInStreams(
  pool: Pool,
  client: PoolClient,
  batch: CountedBatch,
  { receivedAt, backfill }: ArrivalInfo,
): Promise<WindowChange[]> {
  if (batch.signature === NO_STREAMS || batch.inserted.length === 0) return [];
  const parts: EncodedPartial[] = [];
  const changes: WindowChange[] = [];
  const streams = await liveStreams(pool, client, batch.signature);
  const fields = new Set(streams.flatMap(({ compiled }) => [...compiled.fields]));
  const events = batch.inserted.map((event) => ({ event, knownAt: batch.knownAt }));
  const known = await loadEventContexts(client, fields, events);
  const arrivals = known.map((each, at): Arrival => ({
    ...each,
    receivedAt: receivedAt(batch.inserted[at]).getTime(),
    backfill,
  }));
  for (const live of streams) {
    const part = await countBatch(client, live, batch, arrivals);
    if (part === null) continue;
    const { stream, version } = live;
    parts.push({ stream, version, batch: batch.batch, bytes: part.bytes });
    changes.push({ stream, version, changed: part.changed });
  }
  await insertPartials(client, parts);
  return changes;
}

/** Counts a batch in one stream. Returns null if the batch adds nothing. */
async function countBatch(
  client: PoolClient,
  live: LiveStream,
  { inserted, sequences }: CountedBatch,
  arrivals: readonly Arrival[],
): Promise<(Pick<WindowChange, 'changed'> & Pick<EncodedPartial, 'bytes'>) | null> {
  const { join, window } = live.compiled;
  const candidates: UnpositionedJoinPartial['candidates'][number][] = [];
  const part = await countOrFail(client, live, (into) => {
    inserted.forEach((event, at) => {
      if (join === null) return live.compiled.add(event, arrivals[at], into, 0);
      for (const side of join.sidesOf(event, arrivals[at], into)) candidates.push({ ...side, sequence: sequences[at] });
    });
  });
  if (part === null || (part.isEmpty && candidates.length === 0)) return null;
  if (join !== null) return { bytes: encodeJoinPartial({ candidates, late: part }), changed: null };
  return {
    bytes: part.encode(),
    changed: window.panes && part.all().map(({ key, start }) => [key, start] as const),
  };
}

/** Counts events in a stream. An error marks the stream FAILED and does not block the log. @returns null on error */
export async function countOrFail(
  client: PoolClient,
  { stream, version, compiled }: LiveStream,
  addEvents: (into: PartialAggregates) => void,
): Promise<PartialAggregates | null> {
  const into = compiled.empty();
  try {
    addEvents(into);
    return into;
  } catch (error) {
    const reason =
      error instanceof BudgetExceeded
        ? 'its expressions are too expensive to evaluate for one event'
        : (error as Error).message;
    await stopVersion(client, stream, version, 'FAILED', reason);
    return null;
  }
}

/** Stops a version: from now on, it counts no events. */
export async function stopVersion(
  client: Pool | PoolClient,
  stream: string,
  version: number,
  state: 'FAILED' | 'FULL',
  reason: string,
): Promise<void> {
  await client.query(
    `UPDATE stream_versions SET state = $3, reason = $4 WHERE stream = $1 AND version = $2 AND state IN ('LIVE', 'FILLING')`,
    [stream, version, state, reason.slice(0, 1_000)],
  );
}

async function liveStreams(pool: Pool, client: PoolClient, signature: string): Promise<readonly LiveStream[]> {
  const before = liveStreamsByPool.get(pool);
  if (before?.signature === signature) return before.streams;
  const { rows } = await client.query<{ stream: string; version: number; spec: StreamSpec }>(
    `SELECT stream, version, spec FROM stream_versions WHERE state IN ('LIVE', 'FILLING') ORDER BY stream, version`,
  );
  const streams: LiveStream[] = [];
  for (const { stream, version, spec } of rows) {
    try {
      streams.push({ stream, version, compiled: compileStream(spec) });
    } catch (error) {
      await stopVersion(client, stream, version, 'FAILED', (error as Error).message);
    }
  }
  liveStreamsByPool.set(pool, { signature, streams });
  return streams;
}
