import type { AppendResult, ArrivalInfo } from '../events/append-events.store';
import type { LogEffect } from '../events/log-effect';
import type { PoolClient } from '../platform/postgres';
import { compileStream, type Arrival } from './compile-stream';
import { loadEventContexts } from './event-context.store';
import { encodeJoinPartial, type UnpositionedJoinPartial } from './join/join-candidate';
import { insertPartials, type EncodedPartial } from './partial-aggregates.store';
import { requestRebuild, readLiveStreams, LIVE_SIGNATURE, stopVersion } from './stream.store';
import { type LiveStream } from './live-stream';
import { countOrFail } from './count-or-fail.store';
const NO_STREAMS = '0:0';

/** The windows of one stream that a batch has changed, for notifying subscribers. */
export interface WindowChange {
  readonly stream: string;
  readonly version: number;
  /** `[key, start]` of each window; null for sessions and joins, whose windows only the merge can determine. */
  readonly changed: readonly (readonly [string, number])[] | null;
}

/**
 * Counts new events in streams. For each batch, it stores the partial aggregates that the batch adds, in the transaction
 * that appends the batch. It inserts one row per stream, so that batches never wait for each other. `WindowMerger`
 * merges the rows into windows later.
 */
export class StreamCounter implements LogEffect {
  readonly name = 'streams';
  /**
   * The set of live versions. The transaction holds a lock that blocks changes of streams. So a stream version counts all
   * batches after its start position and no earlier one.
   */
  readonly stateSql = LIVE_SIGNATURE;
  private cached: { readonly signature: string; readonly streams: readonly LiveStream[] } | undefined;

  /** Called after COMMIT with the key of the batch and the windows that it has changed. */
  onCounted: ((batch: number, changes: readonly WindowChange[]) => void) | undefined;

  async apply(
    client: PoolClient,
    batch: AppendResult,
    { receivedAt, backfill }: ArrivalInfo,
    signature: string,
  ): Promise<(() => void) | undefined> {
    const changes: WindowChange[] = [];
    if (signature !== NO_STREAMS && batch.inserted.length > 0) {
      const parts: EncodedPartial[] = [];
      const streams = await this.liveStreams(client, signature);
      const fields = new Set(streams.flatMap(({ compiled }) => [...compiled.fields]));
      const events = batch.inserted.map((event) => ({ event, knownAt: batch.knownAt }));
      const known = await loadEventContexts(client, fields, events);
      const arrivals = batch.inserted.map((event, at): Arrival => ({
        ...known[at]!,
        receivedAt: receivedAt(event).getTime(),
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
    }
    return this.onCounted && (() => this.onCounted?.(batch.batch, changes));
  }

  onEventsDeleted(client: PoolClient): Promise<void> {
    return requestRebuild(client);
  }

  private async liveStreams(client: PoolClient, signature: string): Promise<readonly LiveStream[]> {
    if (this.cached?.signature === signature) return this.cached.streams;
    const rows = await readLiveStreams(client);
    const streams: LiveStream[] = [];
    for (const { stream, version, spec } of rows) {
      try {
        streams.push({ stream, version, compiled: compileStream(spec) });
      } catch (error) {
        await stopVersion(client, stream, version, 'FAILED', (error as Error).message);
      }
    }
    this.cached = { signature, streams };
    return streams;
  }
}

/** Counts a batch in one stream. Returns null if the batch adds nothing. */
async function countBatch(
  client: PoolClient,
  live: LiveStream,
  { inserted, sequences }: AppendResult,
  arrivals: readonly Arrival[],
): Promise<(Pick<WindowChange, 'changed'> & Pick<EncodedPartial, 'bytes'>) | null> {
  const { join, window } = live.compiled;
  const candidates: UnpositionedJoinPartial['candidates'][number][] = [];
  const part = await countOrFail(client, live, (into) => {
    inserted.forEach((event, at) => {
      const arrival = arrivals[at]!;
      if (join === null) return live.compiled.add(event, arrival, into, 0);
      for (const side of join.sidesOf(event, arrival, into)) candidates.push({ ...side, sequence: sequences[at]! });
    });
  });
  if (part === null || (part.isEmpty && candidates.length === 0)) return null;
  if (join !== null) return { bytes: encodeJoinPartial({ candidates, late: part }), changed: null };
  return {
    bytes: part.encode(),
    changed: window.panes && part.all().map(({ key, start }) => [key, start] as const),
  };
}
