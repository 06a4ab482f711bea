import type { EventType } from '../events/log-event';
import { inTransaction, type Pool, type PoolClient } from '../platform/postgres';
import { compileStream, type CompiledStream } from './compile-stream';
import { forgetCrowded, storedOverlapping } from './join/crowded.store';
import { forgetBefore, UNDER_WAY_MS } from './join/forgetting';
import { foldPairs, MAX_REMEMBERED_EVENTS, offerPast } from './join/join-fold.service';
import { forgetEvents, noteRemembered, oldestReceivedAfter } from './join/join-store.service';
import { liveJoin, NEWEST, type LiveJoin } from './join/pending-pairs.service';
import { counted, type LiveStream } from './live-streams.service';
import { mergeIntoStored } from './merge-windows.service';
import { takeParts } from './part-store.service';
import type { KeyedWindow, Partials } from './partials';
import { readStoredLog, type StoredStretch } from './stored-log.service';
import type { StreamSpec } from './spec';
import { keptFromAt } from './stream-window';
import { MAX_NOTIFIED_CHANGES } from './window-news.service';
import { endOfOldest, noteGrowth, removeBefore, versionsOf } from './window-store.service';

/** Maximum number of stored windows per stream, to bound disk usage. Beyond it, the oldest windows are removed. */
export const MAX_STORED_WINDOWS = 5_000_000;
/**
 * Maximum number of batches per stream, and of bytes over all streams, that one transaction merges. The transaction
 * must not stay idle for long while this process merges them.
 */
const MAX_PARTS = 200;
const MAX_BYTES = 4 * 2 ** 20;
/** Number of added windows after which the process checks whether the table has outgrown its statistics. */
const GROWN_WINDOWS = 200;
/** Windows removed per transaction. */
const FORGOTTEN_WINDOWS = 5_000;
/** Expired events of a join buffer removed per transaction. */
const FORGOTTEN_EVENTS = 20_000;

/** Limits of a backfill. */
export interface Filling {
  /** Events per transaction: half a second of one core for an expensive stream. */
  readonly events: number;
  /**
   * Size of the join buffer at which the backfill removes expired events. Finding them is expensive: it reads all
   * remaining batches.
   */
  readonly remembered: number;
}

const FILLING: Filling = { events: 5_000, remembered: MAX_REMEMBERED_EVENTS / 2 };

const placeOf = ({ key, start }: KeyedWindow) => [key, start] as const;

/** Identifies a version of a stream. Each definition of a stream has its own version. */
export interface Version {
  readonly stream: string;
  readonly version: number;
}

/** The changes that one merge has made to one version. */
export interface Folded extends Version {
  /** Windows that were changed or removed, as `[key, start]`. */
  readonly changed: readonly (readonly [string, number])[];
  /**
   * The changed windows that were not published when a batch was counted: windows of the other key, and windows that
   * moved to the other key.
   */
  readonly rerouted: readonly (readonly [string, number])[];
  /** Batches whose partial aggregates were merged. */
  readonly batches: readonly number[];
}

/** The result of one transaction. */
export interface Turn {
  readonly folded: readonly Folded[];
  /** Whether more work may be waiting. */
  readonly more: boolean;
}

interface VersionRow extends Version {
  readonly spec: StreamSpec;
  readonly filled: number;
  readonly windows: number;
  readonly keys: number;
  readonly state: 'FILLING' | 'LIVE';
  readonly keptFrom: Date | null;
  readonly watermark: Date | null;
  /** Number of events in the join buffer. */
  readonly remembered: number;
}

/** A version whose row this transaction has locked. */
interface Held extends LiveStream {
  readonly row: VersionRow;
}

/** A partial aggregate to merge into a locked version, and the position up to which the version is then filled. */
interface TakenIn {
  readonly held: Held;
  readonly part: Partials;
  readonly batches: readonly number[];
  readonly filled: number;
}

const SOME_FILLED: Turn = { folded: [], more: true };

/**
 * Merges the partial aggregates of batches into the stored windows of streams, and backfills the events from before a
 * stream was created. Each merge is one transaction that locks the rows of its versions, so that only one process at a
 * time works on a version.
 */
export class Fold {
  private readonly compiled = new Map<string, CompiledStream>();
  private grown = 0;

  constructor(
    private readonly pool: Pool,
    private readonly filling = FILLING,
    private readonly maxWindows = MAX_STORED_WINDOWS,
  ) {}

  /**
   * Merges pending batches into several streams, none of them joins. The cost is dominated by the statements and the
   * COMMIT, so merging several streams together is cheap.
   * @returns also how many of the versions another transaction has locked
   */
  parts(versions: readonly Version[]): Promise<Turn & { readonly missed: number }> {
    return this.turn(versions, async (client, all) => {
      const { parts, more } = await takeParts(client, all, MAX_PARTS, MAX_BYTES);
      const incoming = all.flatMap((held, at): TakenIn[] => {
        const taken = parts[at];
        return taken === null ? [] : [{ held, ...taken, filled: held.row.filled }];
      });
      const folded = await this.takeIn(client, incoming);
      return { folded, more, missed: versions.length - all.length };
    });
  }

  /** Merges pending batches into a join. @returns null if nothing is pending or another transaction has the lock */
  pairs(version: Version): Promise<Turn | null> {
    return this.turn([version], async (client, [held]) => {
      const live = held && liveJoin(held);
      // The backfill runs first, because pairs are found in log order.
      if (!live || held.row.state !== 'LIVE') return null;
      const found = await foldPairs(client, live, held.row.remembered, NEWEST);
      if (found === null || found.part === null) return null;
      const { part, batches, crowded, more } = found;
      const [folded] = await this.takeIn(client, [{ held, part, batches, filled: held.row.filled }]);
      const incomplete = await storedOverlapping(client, held, crowded, MAX_NOTIFIED_CHANGES + 1);
      return { folded: [{ ...folded, changed: [...folded.changed, ...incomplete] }], more };
    });
  }

  /** Backfills one slice of the log. @returns null if the backfill is complete or another transaction has the lock */
  fill(version: Version): Promise<Turn | null> {
    return this.turn([version], async (client, [held]) => {
      if (held === undefined || held.row.state !== 'FILLING') return null;
      if (held.row.windows > this.maxWindows) {
        await this.forgetBefore(client, held, await this.fittingFrom(client, held));
        return SOME_FILLED;
      }
      const join = liveJoin(held);
      if (join !== null) return this.fillPairs(client, held, join);
      if (held.row.filled >= held.version) return this.show(client, held);
      const slice = await this.slice(client, held, held.compiled.spec.from);
      const part = await counted(client, held, (into) => {
        for (const { event, position, ...arrival } of slice.events) held.compiled.take(event, arrival, into, position);
      });
      if (part === null) return null;
      const folded = await this.takeIn(client, [{ held, part, batches: [], filled: slice.position }]);
      return { folded, more: true };
    });
  }

  /** Removes windows that are past the retention at an instant, or too many. @returns null if there are none */
  forget(version: Version, instant: number): Promise<Turn | null> {
    return this.turn([version], async (client, [held]) => {
      if (held === undefined || held.row.state !== 'LIVE') return null;
      const aged = keptFromAt(held.compiled, instant) ?? -Infinity;
      return this.forgetBefore(client, held, Math.max(aged, await this.fittingFrom(client, held)));
    });
  }

  /** Returns the instant up to which windows must be removed, so that the stream stays within its window limit. */
  private async fittingFrom(client: PoolClient, { row, ...live }: Held): Promise<number> {
    const excess = row.windows - this.maxWindows;
    return excess <= 0 ? -Infinity : ((await endOfOldest(client, live, excess)) ?? -Infinity);
  }

  private async forgetBefore(client: PoolClient, held: Held, instant: number): Promise<Turn | null> {
    const { row, stream, version } = held;
    const from = Math.max(instant, row.keptFrom?.getTime() ?? -Infinity);
    if (from === -Infinity) return null;
    const { windows, keys } = await removeBefore(client, held, from, FORGOTTEN_WINDOWS);
    if (windows === 0 && from === row.keptFrom?.getTime()) return null;
    await forgetCrowded(client, held, from);
    await client.query({
      name: 'note-forgotten',
      text: `UPDATE stream_versions SET kept_from = to_timestamp($3::float8 / 1000.0), windows = windows - $4, keys = keys - $5
             WHERE stream = $1 AND version = $2`,
      values: [stream, version, from, windows, keys],
    });
    return { folded: [], more: windows === FORGOTTEN_WINDOWS };
  }

  /** Removes expired events from the join buffer. @returns null if there are none */
  forgetPartners(version: Version): Promise<Turn | null> {
    return this.turn([version], async (client, [held]) => {
      if (held === undefined || held.compiled.join === null || held.row.state !== 'LIVE') return null;
      const { watermark, keptFrom } = held.row;
      const lived = (watermark?.getTime() ?? -Infinity) - UNDER_WAY_MS;
      const gone =
        (await forgetEvents(client, held, false, forgetBefore(lived, held.compiled.latenessMs), FORGOTTEN_EVENTS)) +
        // Another import may follow, so imported events expire only together with the windows that they can change.
        (await forgetEvents(client, held, true, countedFrom(held.compiled, keptFrom), FORGOTTEN_EVENTS));
      await noteRemembered(client, held, -gone);
      return gone === 0 ? null : { folded: [], more: gone >= FORGOTTEN_EVENTS };
    });
  }

  /**
   * Backfills a join. Past events are first stored as pending partial aggregates, like those of new batches, and are
   * then merged from there. The batches that arrived since follow.
   */
  private async fillPairs(client: PoolClient, held: Held, live: LiveJoin): Promise<Turn | null> {
    const { stream, version, row } = held;
    const isFilled = row.filled >= version;
    const waiting = await foldPairs(client, live, row.remembered, isFilled ? NEWEST : version);
    if (waiting !== null) {
      if (waiting.part === null) return null;
      await this.takeIn(client, [{ held, part: waiting.part, batches: [], filled: row.filled }]);
      if (!isFilled || waiting.more) return SOME_FILLED;
    }
    if (isFilled) return this.show(client, held);
    if (row.remembered >= this.filling.remembered) {
      const oldest = await oldestReceivedAfter(client, row.filled, UNDER_WAY_MS);
      const before = forgetBefore(oldest, held.compiled.latenessMs);
      const gone =
        (await forgetEvents(client, live, false, before, FORGOTTEN_EVENTS)) +
        (await forgetEvents(client, live, true, countedFrom(held.compiled, row.keptFrom), FORGOTTEN_EVENTS));
      await noteRemembered(client, live, -gone);
      if (gone > 0) return SOME_FILLED;
    }
    const slice = await this.slice(client, held, live.join.types ?? []);
    if (!(await offerPast(client, live, slice.events))) return null;
    await client.query('UPDATE stream_versions SET filled = $3 WHERE stream = $1 AND version = $2', [
      stream,
      version,
      slice.position,
    ]);
    return SOME_FILLED;
  }

  private slice(
    client: PoolClient,
    { version, compiled, row }: Held,
    types: readonly EventType[],
  ): Promise<StoredStretch> {
    const asked = types.length === 0 ? null : types;
    return readStoredLog(client, row.filled, version, this.filling.events, compiled.fields, asked);
  }

  private async turn<T>(
    versions: readonly Version[],
    work: (client: PoolClient, held: readonly Held[]) => Promise<T>,
  ): Promise<T> {
    if (this.grown >= GROWN_WINDOWS) {
      this.grown = 0;
      await noteGrowth(this.pool);
    }
    return inTransaction(this.pool, async (client) => {
      const { rows } = await client.query<VersionRow>({
        name: 'hold-versions',
        text: `SELECT stream, version, spec, filled, windows, keys, state, kept_from AS "keptFrom", watermark, remembered
               FROM stream_versions v
               WHERE (stream, version) IN (SELECT * FROM unnest($1::text[], $2::bigint[])) AND state IN ('FILLING', 'LIVE')
               ORDER BY stream, version FOR UPDATE OF v SKIP LOCKED`,
        values: versionsOf(versions),
      });
      return work(
        client,
        rows.map((row) => ({ stream: row.stream, version: row.version, compiled: this.compile(row), row })),
      );
    });
  }

  private async takeIn(client: PoolClient, incoming: readonly TakenIn[]): Promise<Folded[]> {
    if (incoming.length === 0) return [];
    const written = await mergeIntoStored(
      client,
      incoming.map(({ held, part }) => ({
        live: held,
        part,
        keptFrom: held.row.keptFrom?.getTime(),
        keys: held.row.keys,
      })),
    );
    const keys = incoming.map(({ held: { row } }, at) => row.keys + written[at].moreKeys);
    await client.query({
      name: 'note-fold',
      text: `UPDATE stream_versions v SET filled = n.filled, windows = v.windows + n.more, keys = n.keys, late = v.late + n.late
             FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::int[], $5::int[], $6::bigint[])
               AS n (stream, version, filled, more, keys, late)
             WHERE v.stream = n.stream AND v.version = n.version`,
      values: [
        ...versionsOf(incoming.map(({ held }) => held)),
        incoming.map(({ filled }) => filled),
        written.map(({ moreWindows }) => moreWindows),
        keys,
        incoming.map(({ part }) => part.allLate().reduce((sum, { count }) => sum + count, 0)),
      ],
    });
    this.grown += written.reduce((sum, { moreWindows }) => sum + moreWindows, 0);
    return incoming.map(({ held: { stream, version, compiled }, batches }, at) => {
      const { windows, removed, others } = written[at];
      const moved = compiled.window.panes === null ? [] : removed;
      return {
        ...{ stream, version, batches },
        changed: [...windows, ...removed].map(placeOf),
        rerouted: [...others, ...moved].map(placeOf),
      };
    });
  }

  /** Ends the backfill: the version becomes the shown one, and older versions are deleted. */
  private async show(client: PoolClient, { stream, version }: Version): Promise<Turn> {
    const { rowCount } = await client.query(
      `UPDATE stream_versions SET state = 'LIVE' WHERE stream = $1 AND version = $2 AND state = 'FILLING'`,
      [stream, version],
    );
    // The last merge has made the version FAILED or FULL.
    if (rowCount === 0) return { folded: [], more: false };
    await client.query('UPDATE streams SET shown = $2 WHERE id = $1', [stream, version]);
    await client.query(`UPDATE stream_versions SET state = 'GONE' WHERE stream = $1 AND version < $2`, [
      stream,
      version,
    ]);
    return { folded: [], more: false };
  }

  private compile({ stream, version, spec }: VersionRow): CompiledStream {
    const place = `${version} ${stream}`;
    let compiled = this.compiled.get(place);
    if (compiled === undefined) {
      if (this.compiled.size >= 200) this.compiled.clear();
      this.compiled.set(place, (compiled = compileStream(spec)));
    }
    return compiled;
  }
}

/** Returns the instant from which events affect stored windows. A session may begin before `keptFrom`. */
function countedFrom({ window }: CompiledStream, keptFrom: Date | null): number {
  return (keptFrom?.getTime() ?? -Infinity) - window.gap;
}
