import type { EventType } from '../events/log-event';
import { inTransaction, type Pool, type PoolClient } from '../platform/postgres';
import { compileStream, type CompiledStream } from './compile-stream';
import { removeIncompleteRanges, readWindowsOverlapping } from './join/incomplete-ranges.store';
import { bufferExpiry, MAX_LOG_DELAY_MS } from './join/buffer-expiry';
import { pairPendingEvents, MAX_JOIN_BUFFER_EVENTS, storePastEvents } from './join/pair-pending-events.store';
import { removeFromJoinBuffer, updateJoinCounts, oldestReceivedAfter } from './join/join-buffer.store';
import { asLiveJoin, POSITION_UPPER_BOUND, type LiveJoin } from './join/pending-pairs.store';
import { countOrFail } from './count-or-fail.store';
import { type LiveStream } from './live-stream';
import { mergeIntoStored } from './merge-windows.store';
import { dequeuePartials } from './partial-aggregates.store';
import type { KeyedWindow, PartialAggregates } from './partial-aggregates';
import { readStoredLogSlice, type StoredLogSlice } from './stored-log.store';
import { retentionStart } from './window/window-assigner';
import { MAX_NOTIFIED_CHANGES } from './window-change-notifier.service';
import { endOfOldest, analyzeIfOutgrown, removeWindowsBefore } from './window.store';
import {
  storeKeptFrom,
  storeFilledPosition,
  lockVersions,
  storeMergeCounts,
  startLiveVersion,
  showVersion,
  retireOlderVersions,
  type StreamVersionId,
  type VersionRow,
} from './window-merger.store';

/** Maximum number of stored windows per stream, to bound disk usage. Beyond it, the oldest windows are removed. */
export const MAX_STORED_WINDOWS = 5_000_000;
/**
 * Maximum number of batches per stream that one transaction merges. While this process computes the merge, the
 * transaction is idle, and PostgreSQL ends transactions that stay idle for too long.
 */
const MAX_BATCHES = 200;
/** Maximum total size, in bytes, of the batches that one transaction merges, over all streams. */
const MAX_BYTES = 4 * 2 ** 20;
/** Number of added windows after which {@link analyzeIfOutgrown} checks the planner statistics of the table. */
const GROWN_WINDOWS = 200;
/** Maximum number of windows removed per transaction. */
const REMOVED_WINDOWS = 5_000;
/** Maximum number of expired events that one statement removes from a join buffer, where events wait for partners. */
const REMOVED_EVENTS = 20_000;

/** Limits of a backfill. */
interface BackfillLimits {
  /** Maximum number of events per transaction. For an expensive stream, they take half a second of one core. */
  readonly events: number;
  /**
   * Number of events in the join buffer at which the backfill removes expired ones. It waits for this number, because
   * each removal first looks at all remaining batches of the log.
   */
  readonly joinBufferSize: number;
}

const DEFAULT_BACKFILL_LIMITS: BackfillLimits = { events: 5_000, joinBufferSize: MAX_JOIN_BUFFER_EVENTS / 2 };

const keyAndStart = ({ key, start }: KeyedWindow) => [key, start] as const;

/** The changes that one merge has made to one version. */
export interface MergedVersion extends StreamVersionId {
  /** Windows that were changed or removed, as `[key, start]`. */
  readonly changed: readonly (readonly [string, number])[];
  /**
   * Changed windows that subscribers were not notified of when the batch was counted: windows of the other key (which
   * counts all keys beyond `maxKeys`), and windows that moved to the other key.
   */
  readonly rerouted: readonly (readonly [string, number])[];
  /** Batches whose partial aggregates were merged. */
  readonly batches: readonly number[];
}

/** The result of one transaction. */
export interface MergeResult {
  readonly merged: readonly MergedVersion[];
  /** Whether more work may be waiting. */
  readonly hasMore: boolean;
}

/** A version whose row this transaction has locked. */
interface LockedVersion extends LiveStream {
  readonly row: VersionRow;
}

/** A partial aggregate to merge into a locked version. `filled` is the log position of the backfill after the merge. */
interface PendingMerge {
  readonly locked: LockedVersion;
  readonly part: PartialAggregates;
  readonly batches: readonly number[];
  readonly filled: number;
}

const BACKFILL_CONTINUES: MergeResult = { merged: [], hasMore: true };

/**
 * Merges the partial aggregates of batches (windows over the events of one batch) into the stored windows of streams,
 * and backfills events from before a stream was created. Each merge is one transaction that locks the rows of its
 * versions, so that only one process at a time works on a version.
 */
export class WindowMerger {
  private readonly compiled = new Map<string, CompiledStream>();
  private addedWindows = 0;

  constructor(
    private readonly pool: Pool,
    private readonly backfillLimits = DEFAULT_BACKFILL_LIMITS,
    private readonly maxWindows = MAX_STORED_WINDOWS,
  ) {}

  /**
   * Merges pending batches into several streams, none of which is a join. The streams share the statements and the
   * COMMIT, which are the main costs.
   * @returns `missed`: number of versions that were skipped because another transaction has locked them
   */
  mergeBatches(versions: readonly StreamVersionId[]): Promise<MergeResult & { readonly missed: number }> {
    return this.withLockedVersions(versions, async (client, lockedVersions) => {
      const { parts, more: hasMore } = await dequeuePartials(client, lockedVersions, MAX_BATCHES, MAX_BYTES);
      const incoming = parts.flatMap((taken, at): PendingMerge[] => {
        const locked = lockedVersions[at]!;
        return taken === null ? [] : [{ locked, ...taken, filled: locked.row.filled }];
      });
      const merged = await this.storeMerges(client, incoming);
      return { merged, hasMore, missed: versions.length - lockedVersions.length };
    });
  }

  /** Merges pending batches into a join. @returns null if nothing was merged */
  mergePairs(version: StreamVersionId): Promise<MergeResult | null> {
    return this.withLockedVersions([version], async (client, [locked]) => {
      const live = locked && asLiveJoin(locked);
      // Pairs must be found in log order, so the backfill has to end first.
      if (!live || locked.row.state !== 'LIVE') return null;
      const pairing = await pairPendingEvents(client, live, locked.row.remembered, POSITION_UPPER_BOUND);
      if (pairing === null || pairing.part === null) return null;
      const { part, batches, incompleteRanges, more } = pairing;
      const merged = await this.storeMerges(client, [{ locked, part, batches, filled: locked.row.filled }]);
      const incomplete = await readWindowsOverlapping(client, locked, incompleteRanges, MAX_NOTIFIED_CHANGES + 1);
      return {
        merged: merged.map((each) => ({ ...each, changed: [...each.changed, ...incomplete] })),
        hasMore: more,
      };
    });
  }

  /** Backfills one slice of the log. @returns null if the version is locked, has failed or is not FILLING */
  backfill(version: StreamVersionId): Promise<MergeResult | null> {
    return this.withLockedVersions([version], async (client, [locked]) => {
      if (locked === undefined || locked.row.state !== 'FILLING') return null;
      if (locked.row.windows > this.maxWindows) {
        await this.removeBefore(client, locked, await this.endOfExcess(client, locked));
        return BACKFILL_CONTINUES;
      }
      const join = asLiveJoin(locked);
      if (join !== null) return this.backfillPairs(client, locked, join);
      if (locked.row.filled >= locked.version) return this.finishBackfill(client, locked);
      const slice = await this.readSlice(client, locked, locked.compiled.spec.from);
      const part = await countOrFail(client, locked, (into) => {
        for (const { event, position, ...arrival } of slice.events) locked.compiled.add(event, arrival, into, position);
      });
      if (part === null) return null;
      const merged = await this.storeMerges(client, [{ locked, part, batches: [], filled: slice.position }]);
      return { merged, hasMore: true };
    });
  }

  /**
   * Removes windows whose retention ends before `instant`, and the oldest windows beyond `maxWindows`.
   * @returns null if nothing changed
   */
  removeExpired(version: StreamVersionId, instant: number): Promise<MergeResult | null> {
    return this.withLockedVersions([version], async (client, [locked]) => {
      if (locked === undefined || locked.row.state !== 'LIVE') return null;
      const retainedFrom = retentionStart(locked.compiled, instant) ?? -Infinity;
      return this.removeBefore(client, locked, Math.max(retainedFrom, await this.endOfExcess(client, locked)));
    });
  }

  /** Returns the instant up to which windows must be removed, so that the stream stays within its window limit. */
  private async endOfExcess(client: PoolClient, { row, ...live }: LockedVersion): Promise<number> {
    const excess = row.windows - this.maxWindows;
    return excess <= 0 ? -Infinity : ((await endOfOldest(client, live, excess)) ?? -Infinity);
  }

  private async removeBefore(client: PoolClient, locked: LockedVersion, instant: number): Promise<MergeResult | null> {
    const { row, stream, version } = locked;
    const from = Math.max(instant, row.keptFrom?.getTime() ?? -Infinity);
    if (from === -Infinity) return null;
    const { windows, keys } = await removeWindowsBefore(client, locked, from, REMOVED_WINDOWS);
    if (windows === 0 && from === row.keptFrom?.getTime()) return null;
    await removeIncompleteRanges(client, locked, from);
    await storeKeptFrom(client, stream, version, from, windows, keys);
    return { merged: [], hasMore: windows === REMOVED_WINDOWS };
  }

  /** Removes expired events from the join buffer. @returns null if none were removed */
  trimJoinBuffer(version: StreamVersionId): Promise<MergeResult | null> {
    return this.withLockedVersions([version], async (client, [locked]) => {
      if (locked === undefined || locked.compiled.join === null || locked.row.state !== 'LIVE') return null;
      const { watermark, keptFrom } = locked.row;
      const receivedFrom = (watermark?.getTime() ?? -Infinity) - MAX_LOG_DELAY_MS;
      const removedCount =
        (await removeFromJoinBuffer(
          client,
          locked,
          false,
          bufferExpiry(receivedFrom, locked.compiled.latenessMs),
          REMOVED_EVENTS,
        )) +
        // Another import may follow, so imported events expire only together with the windows that they can change.
        (await removeFromJoinBuffer(
          client,
          locked,
          true,
          firstAffectingInstant(locked.compiled, keptFrom),
          REMOVED_EVENTS,
        ));
      await updateJoinCounts(client, locked, -removedCount);
      return removedCount === 0 ? null : { merged: [], hasMore: removedCount >= REMOVED_EVENTS };
    });
  }

  /**
   * Backfills a join. It first stores past events as pending partial aggregates, like the events of new batches, and
   * then merges them. Batches that arrived since the version was created are merged last.
   */
  private async backfillPairs(client: PoolClient, locked: LockedVersion, live: LiveJoin): Promise<MergeResult | null> {
    const { stream, version, row } = locked;
    const isFilled = row.filled >= version;
    const pairing = await pairPendingEvents(client, live, row.remembered, isFilled ? POSITION_UPPER_BOUND : version);
    if (pairing !== null) {
      if (pairing.part === null) return null;
      await this.storeMerges(client, [{ locked, part: pairing.part, batches: [], filled: row.filled }]);
      if (!isFilled || pairing.more) return BACKFILL_CONTINUES;
    }
    if (isFilled) return this.finishBackfill(client, locked);
    if (row.remembered >= this.backfillLimits.joinBufferSize) {
      const oldest = await oldestReceivedAfter(client, row.filled, MAX_LOG_DELAY_MS);
      const before = bufferExpiry(oldest, locked.compiled.latenessMs);
      const removedCount =
        (await removeFromJoinBuffer(client, live, false, before, REMOVED_EVENTS)) +
        (await removeFromJoinBuffer(
          client,
          live,
          true,
          firstAffectingInstant(locked.compiled, row.keptFrom),
          REMOVED_EVENTS,
        ));
      await updateJoinCounts(client, live, -removedCount);
      if (removedCount > 0) return BACKFILL_CONTINUES;
    }
    const slice = await this.readSlice(client, locked, live.join.types ?? []);
    if (!(await storePastEvents(client, live, slice.events))) return null;
    await storeFilledPosition(client, stream, version, slice.position);
    return BACKFILL_CONTINUES;
  }

  private readSlice(
    client: PoolClient,
    { version, compiled, row }: LockedVersion,
    types: readonly EventType[],
  ): Promise<StoredLogSlice> {
    const typesOrNull = types.length === 0 ? null : types;
    return readStoredLogSlice(client, row.filled, version, this.backfillLimits.events, compiled.fields, typesOrNull);
  }

  private async withLockedVersions<T>(
    versions: readonly StreamVersionId[],
    work: (client: PoolClient, lockedVersions: readonly LockedVersion[]) => Promise<T>,
  ): Promise<T> {
    if (this.addedWindows >= GROWN_WINDOWS) {
      this.addedWindows = 0;
      await analyzeIfOutgrown(this.pool);
    }
    return inTransaction(this.pool, async (client) => {
      const rows = await lockVersions(client, versions);
      return work(
        client,
        rows.map((row) => ({ stream: row.stream, version: row.version, compiled: this.compile(row), row })),
      );
    });
  }

  private async storeMerges(client: PoolClient, incoming: readonly PendingMerge[]): Promise<MergedVersion[]> {
    if (incoming.length === 0) return [];
    const written = await mergeIntoStored(
      client,
      incoming.map(({ locked, part }) => ({
        live: locked,
        part,
        keptFrom: locked.row.keptFrom?.getTime(),
        keys: locked.row.keys,
      })),
    );
    const merges = incoming.map((each, at) => ({ ...each, result: written[at]! }));
    const counts = merges.map(({ locked: { stream, version, row }, filled, part, result }) => ({
      ...{ stream, version, filled },
      moreWindows: result.moreWindows,
      keys: row.keys + result.moreKeys,
      late: part.allLate().reduce((sum, { count }) => sum + count, 0),
    }));
    await storeMergeCounts(client, counts);
    this.addedWindows += written.reduce((sum, { moreWindows }) => sum + moreWindows, 0);
    return merges.map(({ locked: { stream, version, compiled }, batches, result }) => {
      const { windows, removed, otherKeyWindows } = result;
      const moved = compiled.window.panes === null ? [] : removed;
      return {
        ...{ stream, version, batches },
        changed: [...windows, ...removed].map(keyAndStart),
        rerouted: [...otherKeyWindows, ...moved].map(keyAndStart),
      };
    });
  }

  /** Ends the backfill: the version becomes the shown one, and older versions are marked for deletion. */
  private async finishBackfill(client: PoolClient, { stream, version }: StreamVersionId): Promise<MergeResult> {
    const rowCount = await startLiveVersion(client, stream, version);
    // The last merge has made the version FAILED or FULL.
    if (rowCount === 0) return { merged: [], hasMore: false };
    await showVersion(client, stream, version);
    await retireOlderVersions(client, stream, version);
    return { merged: [], hasMore: false };
  }

  private compile({ stream, version, spec }: VersionRow): CompiledStream {
    const cacheKey = `${version} ${stream}`;
    let compiled = this.compiled.get(cacheKey);
    if (compiled === undefined) {
      if (this.compiled.size >= 200) this.compiled.clear();
      this.compiled.set(cacheKey, (compiled = compileStream(spec)));
    }
    return compiled;
  }
}

/**
 * Returns the earliest `occurredAt` of events that can change stored windows. For sessions, it is one gap before
 * `keptFrom`, because a session ends one gap after its last event.
 */
function firstAffectingInstant({ window }: CompiledStream, keptFrom: Date | null): number {
  return (keptFrom?.getTime() ?? -Infinity) - window.gap;
}
