import type { Pool, PoolClient } from '../platform/postgres';
import type { LiveStream } from './live-streams.service';
import { writeLate } from './late-store.service';
import type { KeyedWindow, Partials } from './partials';
import { Cells } from './window/cells';

interface Row {
  readonly key: string;
  readonly start: number;
  readonly end: number;
  readonly revision: number;
  readonly state: Buffer;
}

const COLUMNS = `w.key, round(extract(epoch FROM w.start_at) * 1000)::float8 AS start,
  round(extract(epoch FROM w.end_at) * 1000)::float8 AS end, w.revision, w.state`;

function windowOf(row: Row, { compiled }: LiveStream): KeyedWindow {
  return { ...row, cells: Cells.decode(row.state, compiled.spec.aggregates) };
}

/** What taking in some windows has made of a stream's. */
export interface Written {
  /** Windows as they are now. */
  readonly windows: readonly KeyedWindow[];
  /** Windows and keys more than before. */
  readonly moreWindows: number;
  readonly moreKeys: number;
}

/**
 * Merges windows into those that are stored. For whoever holds the row of the stream's version.
 * @param keptFrom what begins before it is removed, and does not come again
 */
export async function mergeIntoStored(
  client: PoolClient,
  live: LiveStream,
  part: Partials,
  keptFrom?: number,
): Promise<Written> {
  const fresh = keptFrom === undefined ? part : part.from(keptFrom);
  const incoming = fresh.all();
  const before = await storedAround(client, live, incoming);
  const merged = live.compiled.empty();
  for (const window of before) merged.put(window);
  merged.merge(fresh);
  const windows = merged.all();
  const moreKeys = await newKeys(client, live, windows, before);
  if (live.compiled.window.panes === null) await removeJoined(client, live, before, windows);
  await write(client, live, windows);
  await writeLate(client, live, fresh.allLate());
  return { windows, moreWindows: windows.length - before.length, moreKeys };
}

/** Windows that are the same as these, or overlap them. */
async function storedAround(
  client: PoolClient,
  live: LiveStream,
  windows: readonly KeyedWindow[],
): Promise<KeyedWindow[]> {
  if (windows.length === 0) return [];
  const bySession = live.compiled.window.panes === null;
  const same = bySession
    ? 'w.start_at < to_timestamp(k.end_ms / 1000.0) AND w.end_at > to_timestamp(k.start_ms / 1000.0)'
    : 'w.start_at = to_timestamp(k.start_ms / 1000.0)';
  const { rows } = await client.query<Row>({
    name: bySession ? 'stored-sessions' : 'stored-windows',
    // One by one: a plan made while there were few would go on reading all of them.
    text: `SELECT DISTINCT ON (w.key, w.start_at) ${COLUMNS}
           FROM unnest($3::text[], $4::float8[], $5::float8[]) AS k (key, start_ms, end_ms) CROSS JOIN LATERAL (
             SELECT * FROM stream_windows w WHERE w.stream = $1 AND w.version = $2 AND w.key = k.key AND ${same} OFFSET 0
           ) w`,
    values: [live.stream, live.version, ...placesOf(windows)],
  });
  return rows.map((row) => windowOf(row, live));
}

/** How many keys have had no window so far. */
async function newKeys(
  client: PoolClient,
  live: LiveStream,
  windows: readonly KeyedWindow[],
  before: readonly KeyedWindow[],
): Promise<number> {
  const had = new Set(before.map(({ key }) => key));
  const unsure = [...new Set(windows.map(({ key }) => key))].filter((key) => !had.has(key));
  return countWithout(client, live, unsure);
}

/** How many of these keys have no window. */
async function countWithout(client: PoolClient, live: LiveStream, keys: readonly string[]): Promise<number> {
  if (keys.length === 0) return 0;
  const { rows } = await client.query<{ count: number }>({
    name: 'keys-without-windows',
    text: `SELECT count(*)::int AS count FROM unnest($3::text[]) AS k (key) WHERE NOT EXISTS (
             SELECT FROM stream_windows w WHERE w.stream = $1 AND w.version = $2 AND w.key = k.key OFFSET 0)`,
    values: [live.stream, live.version, keys],
  });
  return rows[0].count;
}

/** Sessions that begin at another time, now that something has joined them. */
async function removeJoined(
  client: PoolClient,
  live: LiveStream,
  before: readonly KeyedWindow[],
  after: readonly KeyedWindow[],
): Promise<void> {
  const left = new Set(after.map(({ key, start }) => `${start} ${key}`));
  const gone = before.filter(({ key, start }) => !left.has(`${start} ${key}`));
  if (gone.length === 0) return;
  const [keys, starts] = placesOf(gone);
  await client.query({
    name: 'remove-sessions',
    text: `DELETE FROM stream_windows w USING unnest($3::text[], $4::float8[]) AS k (key, start_ms)
           WHERE w.stream = $1 AND w.version = $2 AND w.key = k.key AND w.start_at = to_timestamp(k.start_ms / 1000.0)`,
    values: [live.stream, live.version, keys, starts],
  });
}

async function write(client: PoolClient, live: LiveStream, windows: readonly KeyedWindow[]): Promise<void> {
  if (windows.length === 0) return;
  await client.query({
    name: 'write-windows',
    text: `INSERT INTO stream_windows (stream, version, key, start_at, end_at, state, revision)
           SELECT $1, $2, key, to_timestamp(start_ms / 1000.0), to_timestamp(end_ms / 1000.0), state, revision
           FROM unnest($3::text[], $4::float8[], $5::float8[], $6::bytea[], $7::bigint[]) AS w (key, start_ms, end_ms, state, revision)
           ON CONFLICT (stream, version, key, start_at)
             DO UPDATE SET end_at = excluded.end_at, state = excluded.state, revision = excluded.revision`,
    values: [
      live.stream,
      live.version,
      ...placesOf(windows),
      windows.map(({ cells }) => Buffer.from(cells.encode())),
      windows.map(({ revision }) => revision),
    ],
  });
}

/** Removes the oldest windows that begin before an instant. @returns how many, and how many keys have none any more */
export async function removeBefore(
  client: PoolClient,
  live: LiveStream,
  instant: number,
  most: number,
): Promise<{ readonly windows: number; readonly keys: number }> {
  const { rows } = await client.query<{ key: string }>({
    name: 'forget-windows',
    text: `DELETE FROM stream_windows WHERE ctid = ANY(ARRAY(
             SELECT ctid FROM stream_windows
             WHERE stream = $1 AND version = $2 AND start_at < to_timestamp($3::float8 / 1000.0) ORDER BY start_at LIMIT $4))
           RETURNING key`,
    values: [live.stream, live.version, instant, most],
  });
  const keys = [...new Set(rows.map(({ key }) => key))];
  return { windows: rows.length, keys: await countWithout(client, live, keys) };
}

function placesOf(windows: readonly KeyedWindow[]): [string[], number[], number[]] {
  return [windows.map(({ key }) => key), windows.map(({ start }) => start), windows.map(({ end }) => end)];
}

/** Which windows are asked for: those that overlap a stretch of time, of these keys, or of all. */
export interface WindowRange {
  readonly from: number;
  readonly to: number;
  readonly keys: readonly string[] | null;
}

/** @param most rows; one more is read, so that the caller can tell */
export async function readStored(
  client: Pool | PoolClient,
  live: LiveStream,
  { from, to, keys }: WindowRange,
  most: number,
): Promise<KeyedWindow[]> {
  // Panes have one length: what overlaps a stretch of time has begun in it, or not long before.
  const bySession = live.compiled.window.panes === null;
  const { rows } = await client.query<Row>({
    name: `read-windows-${keys === null ? 'all' : 'keys'}-${bySession}`,
    text: `SELECT ${COLUMNS} FROM stream_windows w
           WHERE w.stream = $1 AND w.version = $2 AND w.start_at < to_timestamp($4::float8 / 1000.0)
             AND ${bySession ? 'w.end_at > to_timestamp($3::float8 / 1000.0)' : 'w.start_at >= to_timestamp($3::float8 / 1000.0)'}
             AND ${keys === null ? '$5::text[] IS NULL' : 'w.key = ANY($5)'}
           LIMIT $6`,
    values: [live.stream, live.version, from, to, keys, most + 1],
  });
  return rows.map((row) => windowOf(row, live));
}
