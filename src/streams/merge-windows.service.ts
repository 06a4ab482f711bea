import type { PoolClient } from '../platform/postgres';
import { writeLate } from './late-store.service';
import type { LiveStream } from './live-streams.service';
import type { KeyedWindow, Partials } from './partials';
import { countWithout, versionsOf, WINDOW_COLUMNS, windowOf, type WindowRow } from './window-store.service';

/** What is to be taken into a stream's windows. */
export interface Incoming {
  readonly live: LiveStream;
  readonly part: Partials;
  /** What begins before it is removed, and does not come again; absent: nothing is. */
  readonly keptFrom?: number;
}

/** What taking them in has made of the stream's. */
export interface Written {
  /** Windows as they are now. */
  readonly windows: readonly KeyedWindow[];
  /** Sessions that became part of an earlier one, and are no windows any more. */
  readonly removed: readonly KeyedWindow[];
  /** Windows and keys more than before. */
  readonly moreWindows: number;
  readonly moreKeys: number;
}

/** Windows of one of the streams that are worked at together. */
interface OfStream {
  readonly live: LiveStream;
  readonly windows: readonly KeyedWindow[];
}

/**
 * Merges windows into those that are stored, of several streams in as many statements as of one. For whoever holds the
 * rows of the streams' versions.
 * @returns one for each, in order
 */
export async function mergeIntoStored(client: PoolClient, incoming: readonly Incoming[]): Promise<Written[]> {
  const fresh = incoming.map(({ live, part, keptFrom }) => ({
    live,
    part: keptFrom === undefined ? part : part.from(keptFrom),
  }));
  const before = await storedAround(
    client,
    fresh.map(({ live, part }) => ({ live, windows: part.all() })),
  );
  const after = fresh.map(({ live, part }, at): OfStream => {
    const merged = live.compiled.empty();
    for (const window of before[at]) merged.put(window);
    merged.merge(part);
    return { live, windows: merged.all() };
  });
  const moreKeys = await newKeys(client, after, before);
  const removed = await removeJoined(client, after, before);
  await write(client, after);
  for (const { live, part } of fresh) await writeLate(client, live, part.allLate());
  return after.map(({ windows }, at) => ({
    windows,
    removed: removed[at],
    moreWindows: windows.length - before[at].length,
    moreKeys: moreKeys[at],
  }));
}

const isBySession = ({ compiled }: LiveStream) => compiled.window.panes === null;

/** Windows that are the same as these, or, of sessions, overlap them. */
async function storedAround(client: PoolClient, all: readonly OfStream[]): Promise<KeyedWindow[][]> {
  const found = all.map((): KeyedWindow[] => []);
  for (const bySession of [false, true]) {
    const asked = all.map(({ live, windows }) => ({ live, windows: isBySession(live) === bySession ? windows : [] }));
    const [numbers, keys, starts, ends] = placesOf(asked);
    if (numbers.length === 0) continue;
    const same = bySession
      ? 'w.start_at < to_timestamp(k.end_ms / 1000.0) AND w.end_at > to_timestamp(k.start_ms / 1000.0)'
      : 'w.start_at = to_timestamp(k.start_ms / 1000.0)';
    const { rows } = await client.query<WindowRow & { of: number }>({
      name: bySession ? 'stored-sessions' : 'stored-windows',
      // One by one: a plan made while there were few would go on reading all of them.
      text: `SELECT ${bySession ? 'DISTINCT ON (k.of, w.key, w.start_at)' : ''} k.of, ${WINDOW_COLUMNS}
             FROM unnest($3::int[], $4::text[], $5::float8[], $6::float8[]) AS k (of, key, start_ms, end_ms) CROSS JOIN LATERAL (
               SELECT * FROM stream_windows w
               WHERE w.stream = ($1::text[])[k.of] AND w.version = ($2::bigint[])[k.of] AND w.key = k.key AND ${same} OFFSET 0
             ) w`,
      values: [...versionsOf(all.map(({ live }) => live)), numbers, keys, starts, ends],
    });
    for (const row of rows) found[row.of - 1].push(windowOf(row, all[row.of - 1].live));
  }
  return found;
}

/** How many keys have had no window so far. */
function newKeys(
  client: PoolClient,
  after: readonly OfStream[],
  before: readonly (readonly KeyedWindow[])[],
): Promise<number[]> {
  return countWithout(
    client,
    after.map(({ live, windows }, at) => {
      const had = new Set(before[at].map(({ key }) => key));
      return { live, keys: [...new Set(windows.map(({ key }) => key))].filter((key) => !had.has(key)) };
    }),
  );
}

/** Removes sessions that begin at another time, now that something has joined them. */
async function removeJoined(
  client: PoolClient,
  after: readonly OfStream[],
  before: readonly (readonly KeyedWindow[])[],
): Promise<(readonly KeyedWindow[])[]> {
  const gone = after.map(({ live, windows }, at): OfStream => {
    if (!isBySession(live)) return { live, windows: [] };
    const left = new Set(windows.map(({ key, start }) => `${start} ${key}`));
    return { live, windows: before[at].filter(({ key, start }) => !left.has(`${start} ${key}`)) };
  });
  const [numbers, keys, starts] = placesOf(gone);
  const removed = gone.map(({ windows }) => windows);
  if (numbers.length === 0) return removed;
  await client.query({
    name: 'remove-sessions',
    text: `DELETE FROM stream_windows w USING unnest($3::int[], $4::text[], $5::float8[]) AS k (of, key, start_ms)
           WHERE w.stream = ($1::text[])[k.of] AND w.version = ($2::bigint[])[k.of] AND w.key = k.key
             AND w.start_at = to_timestamp(k.start_ms / 1000.0)`,
    values: [...versionsOf(gone.map(({ live }) => live)), numbers, keys, starts],
  });
  return removed;
}

async function write(client: PoolClient, after: readonly OfStream[]): Promise<void> {
  const [numbers, ...places] = placesOf(after);
  if (numbers.length === 0) return;
  const windows = after.flatMap((each) => each.windows);
  await client.query({
    name: 'write-windows',
    text: `INSERT INTO stream_windows (stream, version, key, start_at, end_at, state, revision)
           SELECT ($1::text[])[of], ($2::bigint[])[of], key, to_timestamp(start_ms / 1000.0), to_timestamp(end_ms / 1000.0), state, revision
           FROM unnest($3::int[], $4::text[], $5::float8[], $6::float8[], $7::bytea[], $8::bigint[])
             AS w (of, key, start_ms, end_ms, state, revision)
           ON CONFLICT (stream, version, key, start_at)
             DO UPDATE SET end_at = excluded.end_at, state = excluded.state, revision = excluded.revision`,
    values: [
      ...versionsOf(after.map(({ live }) => live)),
      numbers,
      ...places,
      windows.map(({ cells }) => Buffer.from(cells.encode())),
      windows.map(({ revision }) => revision),
    ],
  });
}

/** Columns to unnest: the number of the stream, from 1 on, key, start and end of each window. */
function placesOf(all: readonly OfStream[]): [number[], string[], number[], number[]] {
  const windows = all.flatMap((each) => each.windows);
  return [
    all.flatMap((each, at) => each.windows.map(() => at + 1)),
    windows.map(({ key }) => key),
    windows.map(({ start }) => start),
    windows.map(({ end }) => end),
  ];
}
