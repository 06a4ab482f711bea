import { ApiError } from '../graphql/errors';
import { overloaded } from '../graphql/overloaded';
import { inSnapshot, type Pool, type PoolClient } from '../platform/postgres';
import { assemble, extentOf, gridOf, type Grid } from './assemble-windows';
import { compileStream, type CompiledStream } from './compile-stream';
import { partsOf } from './keys';
import type { LiveStream } from './live-streams.service';
import type { KeyedWindow } from './partials';
import { SpecFault, type StreamSpec } from './spec';
import { readParts, readStored } from './window-store.service';
import { valuesOf } from './window-values.service';
import type { Window } from './window.type';

/** Pieces that one question may take up. */
const MOST_PIECES = 100_000;
const MOST_PARTS = 10_000;
/** A piece is put into each window that slides over it: all of them together. */
const MOST_PLACED = 500_000;

export interface WindowsQuestion {
  readonly stream: string;
  readonly from: number;
  readonly to: number;
  readonly keys: readonly string[] | null;
  readonly size: string | null;
  readonly slide: string | null;
}

interface Shown extends LiveStream {
  readonly watermark: number;
}

/** What windows of a stream hold, also of batches that are not folded in yet: all that is in the log counts. */
export class WindowsService {
  private readonly compiled = new Map<string, CompiledStream>();

  constructor(private readonly pool: Pool) {}

  /** In order of start and key. @throws ApiError NOT_FOUND, BAD_USER_INPUT or TOO_COMPLEX */
  async windows(question: WindowsQuestion): Promise<Window[]> {
    try {
      return await inSnapshot(this.pool, (client) => this.read(client, question));
    } catch (error) {
      if (error instanceof SpecFault) throw new ApiError('BAD_USER_INPUT', `${error.path}: ${error.message}`);
      throw error;
    }
  }

  /**
   * Windows of which these pieces are part.
   * @param pieces `[key, start]`
   */
  around(stream: string, pieces: readonly (readonly [string, number])[]): Promise<Window[]> {
    return inSnapshot(this.pool, async (client) => {
      const shown = await this.shown(client, stream);
      if (shown === null || pieces.length === 0) return [];
      const { window } = shown.compiled;
      const starts = pieces.map(([, start]) => start);
      let from = Math.min(...starts);
      if (window.panes !== null)
        for (let before = 1; before < window.slides; before++) from = window.panes.at(from - 1).start;
      const wanted = new Set(pieces.map(([key]) => key));
      const range = { from, to: Math.max(...starts) + 1, keys: [...wanted] };
      return this.inRange(client, shown, range, gridOf(shown.compiled, null, null));
    });
  }

  /** The newest `most` windows of a stream, or of one key; in order of start. */
  newest(stream: string, key: string | null, most: number): Promise<Window[]> {
    return inSnapshot(this.pool, async (client) => {
      const shown = await this.shown(client, stream);
      if (shown === null) return [];
      const { rows } = await client.query<{ start: number }>({
        name: key === null ? 'newest-windows' : 'newest-windows-of-key',
        text: `SELECT round(extract(epoch FROM start_at) * 1000)::float8 AS start FROM stream_windows
               WHERE stream = $1 AND version = $2 AND ${key === null ? '$3::text IS NULL' : 'key = $3'}
               ORDER BY start_at DESC LIMIT $4`,
        values: [stream, shown.version, key, most],
      });
      const from = rows.length > 0 ? rows[rows.length - 1].start : 0;
      const range = { from, to: NO_END, keys: key === null ? null : [key] };
      return (await this.inRange(client, shown, range, gridOf(shown.compiled, null, null))).slice(-most);
    });
  }

  private async read(client: PoolClient, { stream, size, slide, ...range }: WindowsQuestion): Promise<Window[]> {
    const shown = await this.shown(client, stream);
    return shown === null ? [] : this.inRange(client, shown, range, gridOf(shown.compiled, size, slide));
  }

  private async inRange(
    client: PoolClient,
    shown: Shown,
    { from, to, keys }: { readonly from: number; readonly to: number; readonly keys: readonly string[] | null },
    grid: Grid | null,
  ): Promise<Window[]> {
    const { part, batches } = await readParts(client, shown, MOST_PARTS);
    // Without the rest of them the answer would be wrong.
    if (batches.length === MOST_PARTS) throw overloaded('Workers are too far behind with this stream');
    const extent = grid === null ? around(part.all(), from, to) : extentOf(grid, from, Math.min(to, NO_END));
    if (extent === null) return [];
    const stored = await readStored(client, shown, { from: extent.start, to: extent.end, keys }, MOST_PIECES);
    if (stored.length > MOST_PIECES)
      throw new ApiError(
        'TOO_COMPLEX',
        `These are more than ${MOST_PIECES} windows: ask for less time, or for some keys`,
      );
    if (grid !== null && stored.length * grid.slides > MOST_PLACED)
      throw new ApiError(
        'TOO_COMPLEX',
        `Windows that slide ${grid.slides} times over ${stored.length} pieces: ask for less time, for some keys, or a longer slide`,
      );
    const pieces = shown.compiled.empty();
    for (const window of stored) pieces.put(window);
    const isAsked = keys === null ? null : new Set(keys);
    for (const window of part.all()) {
      const overlaps = window.start < extent.end && window.end > extent.start;
      if (overlaps && (isAsked === null || isAsked.has(window.key))) pieces.put(window);
    }
    const windows = grid === null ? pieces.all() : assemble(shown.compiled, pieces, grid, { start: from, end: to });
    return windows
      .filter(({ start }) => start >= from && start < to)
      .sort((a, b) => a.start - b.start || (a.key < b.key ? -1 : 1))
      .map((window) => described(window, shown));
  }

  /** The version that is shown; null while the first one is filled. @throws ApiError NOT_FOUND */
  private async shown(client: PoolClient, stream: string): Promise<Shown | null> {
    const { rows } = await client.query<{ version: number | null; spec: StreamSpec; watermark: Date | null }>({
      name: 'shown-version',
      text: `SELECT v.version, v.spec, v.watermark FROM streams s
             LEFT JOIN stream_versions v ON v.stream = s.id AND v.version = s.shown WHERE s.id = $1`,
      values: [stream],
    });
    if (!rows[0]) throw new ApiError('NOT_FOUND', `there is no stream ${JSON.stringify(stream)}`);
    const [{ version, spec, watermark }] = rows;
    if (version === null) return null;
    return {
      stream,
      version,
      compiled: this.compile(stream, version, spec),
      watermark: watermark?.getTime() ?? -Infinity,
    };
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

/** The last instant of the calendar as JavaScript has it is further. */
const NO_END = Date.UTC(9999, 0, 1);

/** Sessions that are not folded in yet may join stored ones into one: those around them are needed, too. */
function around(parts: readonly KeyedWindow[], from: number, to: number): { start: number; end: number } {
  const near = parts.filter(({ start, end }) => start < to && end > from);
  return {
    start: near.reduce((least, { start }) => Math.min(least, start), from),
    end: near.reduce((most, { end }) => Math.max(most, end), to),
  };
}

function described({ key, start, end, cells, revision }: KeyedWindow, { stream, compiled, watermark }: Shown): Window {
  const { keys, aggregates } = compiled.spec;
  return {
    stream,
    key,
    keys: partsOf(key, keys.length),
    start: new Date(start),
    end: new Date(end),
    revision: String(revision),
    final: end + compiled.latenessMs <= watermark,
    events: cells.events,
    values: valuesOf(cells, aggregates),
  };
}
