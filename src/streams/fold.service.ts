import type { EventType } from '../events/log-event';
import { inTransaction, type Pool, type PoolClient } from '../platform/postgres';
import { compileStream, type CompiledStream } from './compile-stream';
import { forgetBefore, UNDER_WAY_MS } from './join/forgetting';
import { foldPairs, MOST_REMEMBERED, offerPast } from './join/join-fold.service';
import { forgetEvents, noteRemembered, oldestReceivedAfter } from './join/join-store.service';
import { liveJoin, NEWEST, type LiveJoin } from './join/pending-pairs.service';
import { counted, fail, type LiveStream } from './live-streams.service';
import { readParts, removeParts } from './part-store.service';
import type { Partials } from './partials';
import { readStoredLog, type StoredStretch } from './stored-log.service';
import type { StreamSpec } from './spec';
import { keptFromAt } from './stream-window';
import { mergeIntoStored, removeBefore } from './window-store.service';

/** A stream has so many at most: what it keeps must not fill the disk. */
export const MOST_KEYS = 100_000;
export const MOST_WINDOWS = 2_000_000;
/** Batches folded in at a time, and bytes of what they add: a turn's transaction must not stand idle while they are merged. */
const MOST_PARTS = 200;
const MOST_BYTES = 4 * 2 ** 20;
/** Windows removed at a time. */
const FORGOTTEN_WINDOWS = 5_000;
/** Events that partners can't come for any more, removed at a time. */
const FORGOTTEN_EVENTS = 20_000;

/** How the past is filled in. */
export interface Filling {
  /** Events at a time: half a second of one core for a costly stream. */
  readonly events: number;
  /** Events of pairs that are remembered before it is looked at what can be forgotten, which costs a look at all batches that are left. */
  readonly remembered: number;
}

const FILLING: Filling = { events: 5_000, remembered: MOST_REMEMBERED / 2 };

/** What a turn has done to one version. */
export interface Folded {
  /** Windows that have changed, as `[key, start]`. */
  readonly changed: readonly (readonly [string, number])[];
  /** Whether there may be more to do at once. */
  readonly more: boolean;
}

interface VersionRow {
  readonly spec: StreamSpec;
  readonly filled: number;
  readonly windows: number;
  readonly keys: number;
  readonly state: 'FILLING' | 'LIVE';
  readonly keptFrom: Date | null;
  readonly watermark: Date | null;
  /** Of pairs: events that partners may still come for. */
  readonly remembered: number;
}

/**
 * Takes what batches have added to a stream into its windows, and fills in what happened before it began. Each turn is one
 * transaction that holds the version's row: one at a time, whichever process it is in.
 */
export class Fold {
  private readonly compiled = new Map<string, CompiledStream>();

  constructor(
    private readonly pool: Pool,
    private readonly filling = FILLING,
  ) {}

  /** @returns null where there was nothing to do, or somebody else is at it */
  parts(stream: string, version: number): Promise<Folded | null> {
    return this.turn(stream, version, async (client, live, row) => {
      const join = liveJoin(live);
      // Its past comes first: pairs are found in the order of the log.
      if (join !== null) return row.state === 'LIVE' ? this.pairs(client, join, row) : null;
      const { part, batches, more } = await readParts(client, live, MOST_PARTS, MOST_BYTES);
      if (batches.length === 0) return null;
      await removeParts(client, live, batches);
      return this.takeIn(client, live, row, part, row.filled, more);
    });
  }

  /** One slice of the past. @returns null where it is filled, or somebody else is at it */
  fill(stream: string, version: number): Promise<Folded | null> {
    return this.turn(stream, version, async (client, live, row) => {
      if (row.state !== 'FILLING') return null;
      const join = liveJoin(live);
      if (join !== null) return this.fillPairs(client, join, row);
      if (row.filled >= version) return this.show(client, stream, version);
      const slice = await this.slice(client, live, row, live.compiled.spec.from);
      const part = await counted(client, live, (into) => {
        for (const { event, position, ...arrival } of slice.events) live.compiled.take(event, arrival, into, position);
      });
      return part && this.takeIn(client, live, row, part, slice.position, true);
    });
  }

  /** Removes some of the windows that have grown too old at an instant. @returns null where there are none */
  forget(stream: string, version: number, instant: number): Promise<Folded | null> {
    return this.turn(stream, version, async (client, live, row) => {
      const keptFrom = keptFromAt(live.compiled, instant);
      if (keptFrom === null || row.state !== 'LIVE') return null;
      const from = Math.max(keptFrom, row.keptFrom?.getTime() ?? -Infinity);
      const { windows, keys } = await removeBefore(client, live, from, FORGOTTEN_WINDOWS);
      if (windows === 0 && from === row.keptFrom?.getTime()) return null;
      await client.query({
        name: 'note-forgotten',
        text: `UPDATE stream_versions SET kept_from = to_timestamp($3::float8 / 1000.0), windows = windows - $4, keys = keys - $5
               WHERE stream = $1 AND version = $2`,
        values: [stream, version, from, windows, keys],
      });
      return { changed: [], more: windows === FORGOTTEN_WINDOWS };
    });
  }

  /** Removes some of the events that no partner can come for any more. @returns null where there are none */
  forgetPartners(stream: string, version: number): Promise<Folded | null> {
    return this.turn(stream, version, async (client, live, row) => {
      const { join, latenessMs } = live.compiled;
      if (join === null || row.state !== 'LIVE') return null;
      const lived = (row.watermark?.getTime() ?? -Infinity) - UNDER_WAY_MS;
      const gone =
        (await forgetEvents(client, live, false, forgetBefore(lived, latenessMs), FORGOTTEN_EVENTS)) +
        // An import may be followed by another one; what is removed of windows does not come again.
        (await forgetEvents(client, live, true, row.keptFrom?.getTime() ?? -Infinity, FORGOTTEN_EVENTS));
      await noteRemembered(client, live, -gone);
      return gone === 0 ? null : { changed: [], more: gone >= FORGOTTEN_EVENTS };
    });
  }

  private async pairs(client: PoolClient, live: LiveJoin, row: VersionRow): Promise<Folded | null> {
    const found = await foldPairs(client, live, row.remembered, NEWEST);
    return found && found.part && this.takeIn(client, live, row, found.part, row.filled, found.more);
  }

  /** The past of pairs goes where batches put what they add, and from there the same way; then what has come since. */
  private async fillPairs(client: PoolClient, live: LiveJoin, row: VersionRow): Promise<Folded | null> {
    const { stream, version, compiled } = live;
    const isFilled = row.filled >= version;
    const waiting = await foldPairs(client, live, row.remembered, isFilled ? NEWEST : version);
    if (waiting !== null) {
      if (waiting.part === null) return null;
      await this.takeIn(client, live, row, waiting.part, row.filled, true);
      if (!isFilled || waiting.more) return { changed: [], more: true };
    }
    if (isFilled) return this.show(client, stream, version);
    if (row.remembered >= this.filling.remembered) {
      const oldest = await oldestReceivedAfter(client, row.filled, UNDER_WAY_MS);
      const before = forgetBefore(oldest, compiled.latenessMs);
      const gone = await forgetEvents(client, live, false, before, FORGOTTEN_EVENTS);
      await noteRemembered(client, live, -gone);
      if (gone > 0) return { changed: [], more: true };
    }
    const slice = await this.slice(client, live, row, live.join.types ?? []);
    if (!(await offerPast(client, live, slice.events))) return null;
    await client.query('UPDATE stream_versions SET filled = $3 WHERE stream = $1 AND version = $2', [
      stream,
      version,
      slice.position,
    ]);
    return { changed: [], more: true };
  }

  private slice(
    client: PoolClient,
    { version, compiled }: LiveStream,
    { filled }: VersionRow,
    types: readonly EventType[],
  ): Promise<StoredStretch> {
    const asked = types.length === 0 ? null : types;
    return readStoredLog(client, filled, version, this.filling.events, compiled.fields, asked);
  }

  private turn(
    stream: string,
    version: number,
    work: (client: PoolClient, live: LiveStream, row: VersionRow) => Promise<Folded | null>,
  ): Promise<Folded | null> {
    return inTransaction(this.pool, async (client) => {
      const { rows } = await client.query<VersionRow>({
        name: 'hold-version',
        text: `SELECT spec, filled, windows, keys, state, kept_from AS "keptFrom", watermark, remembered FROM stream_versions
               WHERE stream = $1 AND version = $2 AND state IN ('FILLING', 'LIVE') FOR UPDATE SKIP LOCKED`,
        values: [stream, version],
      });
      return rows[0]
        ? work(client, { stream, version, compiled: this.compile(stream, version, rows[0].spec) }, rows[0])
        : null;
    });
  }

  private async takeIn(
    client: PoolClient,
    live: LiveStream,
    row: VersionRow,
    part: Partials,
    filled: number,
    more: boolean,
  ): Promise<Folded> {
    const { stream, version } = live;
    const late = part.allLate().reduce((sum, { count }) => sum + count, 0);
    const { windows, moreWindows, moreKeys } = await mergeIntoStored(client, live, part, row.keptFrom?.getTime());
    const keys = row.keys + moreKeys;
    if (keys > MOST_KEYS || row.windows + moreWindows > MOST_WINDOWS) {
      const reason = keys > MOST_KEYS ? `more than ${MOST_KEYS} keys` : `more than ${MOST_WINDOWS} windows`;
      await fail(client, stream, version, 'FULL', reason);
    }
    await client.query({
      name: 'note-fold',
      text: `UPDATE stream_versions SET filled = $3, windows = windows + $4, keys = $5, late = late + $6
             WHERE stream = $1 AND version = $2`,
      values: [stream, version, filled, moreWindows, keys, late],
    });
    return { changed: windows.map(({ key, start }) => [key, start]), more };
  }

  /** It is filled: what was shown before goes. */
  private async show(client: PoolClient, stream: string, version: number): Promise<Folded> {
    const { rowCount } = await client.query(
      `UPDATE stream_versions SET state = 'LIVE' WHERE stream = $1 AND version = $2 AND state = 'FILLING'`,
      [stream, version],
    );
    // What it took in last was too much.
    if (rowCount === 0) return { changed: [], more: false };
    await client.query('UPDATE streams SET shown = $2 WHERE id = $1', [stream, version]);
    await client.query(`UPDATE stream_versions SET state = 'GONE' WHERE stream = $1 AND version < $2`, [
      stream,
      version,
    ]);
    return { changed: [], more: false };
  }

  private compile(stream: string, version: number, spec: StreamSpec): CompiledStream {
    const place = `${version} ${stream}`;
    let compiled = this.compiled.get(place);
    if (compiled === undefined) {
      if (this.compiled.size >= 200) this.compiled.clear();
      this.compiled.set(place, (compiled = compileStream(spec)));
    }
    return compiled;
  }
}
